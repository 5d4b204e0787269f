"""The process that renders comes when it is needed, is replaced when it is lost, and goes with its parent."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from readlist_site.base.text import render, render_process
from readlist_site.base.text.render import STALLED, TOO_COSTLY, UNAVAILABLE

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import os, sys, threading, time
from readlist_site.base.text import render, render_process

def children():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return file.read().split()

assert not children(), "a process started before the first formula"
render("plain *words* need none")
assert not children()
render("$x$")
server, = children()
for _ in range(1000):
    with open(f"/proc/{server}/task/{server}/children") as file:
        found = file.read().split()
    if len(found) == 2:
        break
    time.sleep(0.01)
print(server, *found, flush=True)
"""
BOMB = "$" + r"\lAngle" * 28 + "$"


def run(then: str = "pass", **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT + then],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        **options,
    )


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def children() -> set[int]:
    """The two processes that answer now, once the second has started, too."""
    render("$x$")
    server, deadline = render_process._process.popen.pid, time.monotonic() + 10
    while True:
        found = {int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text().split()}
        if len(found) == 2 or time.monotonic() > deadline:
            return found
        time.sleep(0.01)


@pytest.mark.parametrize("then", ["pass", "sys.exit(3)", "raise KeyError", "os.kill(os.getpid(), 9)"])
def test_it_leaves_nothing_behind(then):
    done = run(then)
    assert done.returncode == {"pass": 0, "sys.exit(3)": 3, "raise KeyError": 1}.get(then, -9)
    if then in ("pass", "sys.exit(3)"):
        assert done.stderr == ""
    server, *children = map(int, done.stdout.split())
    assert len(children) == 2
    assert all(map(gone, [server, *children]))


def test_a_script_without_a_main_guard_starts_one_process_and_not_itself_again(tmp_path):
    """The script counts how often it is imported, and the processes of its session at its end."""
    script, log = tmp_path / "script.py", tmp_path / "imported"
    script.write_text(
        "import os, pathlib, sys, time\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        f"with open({str(log)!r}, 'a') as file:\n    file.write('x')\n"
        "from django.conf import settings\n"
        "settings.configure(USE_I18N=False)\n"
        "from readlist_site.base.text import render\n"
        "assert '<msup>' in render('$x^2$').html\n"
        "assert render('$' + r'\\lAngle' * 28 + '$').refusal\n"
        "assert '<msup>' in render('$x^3$').html\n"
        "server, = pathlib.Path(f'/proc/self/task/{os.getpid()}/children').read_text().split()\n"
        "while len(pathlib.Path(f'/proc/{server}/task/{server}/children').read_text().split()) < 2:\n"
        "    time.sleep(0.01)\n"
        "print(len(pathlib.Path(f'/proc/{server}/task/{server}/children').read_text().split()))\n"
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path
    )
    assert (done.stdout.strip(), log.read_text()) == ("2", "x")


@pytest.mark.parametrize("whom", ["child", "server"])
def test_one_killed_while_it_was_idle_is_replaced(whom):
    before, server = children(), render_process._process.popen
    for pid in before if whom == "child" else [server.pid]:
        os.kill(pid, signal.SIGKILL)
    if whom == "server":
        server.wait()
    assert "<mi>y</mi>" in render("$y$").html
    assert not children() & before


def test_what_stops_the_server_does_not_stop_it_first():
    before = children()
    for pid in before:
        os.kill(pid, signal.SIGTERM)
    assert children() == before


def test_one_that_died_of_a_text_is_replaced():
    before = children()
    assert render(BOMB).refusal == STALLED
    assert len(children() & before) == 1


def test_an_answer_to_another_request_is_not_taken_for_this_one():
    render("$x$")
    for connection in render_process._process.connections:
        connection.send_bytes(b'{"number": 0, "job": "diff", "arguments": ["", ""], "seconds": 1}')
    assert "<mi>y</mi>" in render("$y$").html


def test_after_closing_the_next_formula_starts_another():
    render("$x$")
    render_process.close()
    render_process.close()
    assert "<mi>y</mi>" in render("$y$").html


def test_a_busy_or_missing_process_shows_the_text_as_written(monkeypatch):
    def gone(process, child, request):
        raise OSError

    monkeypatch.setattr(render_process, "_exchange", gone)
    rendered = render("so $x$\nand\n\n<b>")
    assert rendered.html == '<p dir="auto">so $x$<br>\nand</p>\n<p dir="auto">&lt;b&gt;</p>\n'
    assert (rendered.lines, rendered.refusal, rendered.problems) == (3, UNAVAILABLE, (UNAVAILABLE,))


def test_a_job_that_raises_is_logged_and_shown_as_written(monkeypatch, caplog):
    call = render_process.call
    monkeypatch.setattr(render_process, "call", lambda job, source, *rest, **limit: call(job, None, *rest, **limit))
    rendered = render("$x$")
    assert (rendered.html, rendered.refusal) == ('<p dir="auto">$x$</p>\n', TOO_COSTLY)
    assert "TypeError" in caplog.text


def test_a_fork_renders_with_a_process_of_its_own():
    done = run(
        "pid = os.fork()\n"
        "if not pid:\n"
        "    failed = bool(render('$y$').problems)\n"
        "    render_process.close()\n"
        "    os._exit(failed)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0\n"
        "assert '<mi>z</mi>' in render('$z$').html\n"
    )
    assert done.returncode == 0, done.stderr


def test_threads_share_one_process():
    done = run(
        "threads = [threading.Thread(target=render, args=[f'$x_{n}$ $\\\\foo$']) for n in range(8)]\n"
        "[one.start() for one in threads]; [one.join() for one in threads]\n"
        "assert len(children()) == 1"
    )
    assert done.returncode == 0, done.stderr


def test_somebodys_many_texts_leave_a_process_to_others():
    """While one child is taken, another one answers."""
    taken = render_process._children.take(0)
    try:
        assert "<mi>y</mi>" in render("$y$").html
    finally:
        render_process._children.give_back(taken)


def test_whoever_waits_for_longest_is_next():
    turns, got = render_process._InTurn([7]), []

    def ask(name: str) -> None:
        thing = turns.take(30)
        got.append((name, thing))
        turns.give_back(thing)

    thing = turns.take(0)
    threads = []
    for name in "abc":
        threads.append(threading.Thread(target=ask, args=[name], daemon=True))
        threads[-1].start()
        while len(turns._waiting) < len(threads):
            assert threads[-1].is_alive()
    with pytest.raises(render_process.RenderProcessUnavailable):
        turns.take(0.01)
    turns.give_back(thing)
    for thread in threads:
        thread.join()
    assert got == [("a", 7), ("b", 7), ("c", 7)]
    assert turns.take(0) == 7
