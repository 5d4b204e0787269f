"""The child process comes when it is needed, is replaced when it is lost, and goes with its parent."""

import os
import signal
import subprocess
import sys
import time

import pytest

from readlist_site.base.text import math_pool

SCRIPT = """
import multiprocessing, os, sys, threading
from readlist_site.base.text import math_pool, render

def children():
    return [child.pid for child in multiprocessing.active_children()]

if __name__ == "__main__":
    assert not children(), "a process started before the first formula"
    render("plain *words* need none")
    assert not children()
    render("$x$")
    from multiprocessing.forkserver import _forkserver
    print(_forkserver._forkserver_pid, *children(), flush=True)
    {then}
"""


def run(then: str = "pass", **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", f"exec({SCRIPT.replace('{then}', then)!r})"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
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


@pytest.mark.parametrize("then", ["pass", "sys.exit(3)", "raise KeyError", "os.kill(os.getpid(), 9)"])
def test_it_leaves_nothing_behind(then):
    done = run(then)
    assert done.returncode == {"pass": 0, "sys.exit(3)": 3, "raise KeyError": 1}.get(then, -9)
    if then in ("pass", "sys.exit(3)"):
        assert done.stderr == ""
    server, child = map(int, done.stdout.split())
    assert gone(child)
    assert gone(server)


def test_the_child_imports_math_core_and_nothing_of_ours():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, readlist_site.base.math_worker; "
            "print([name for name in sys.modules if name.split('.')[0] in ('django', 'markdown_it', 'nh3')"
            " or name.startswith('readlist_site.base.text')])",
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_child_killed_while_it_was_idle_is_replaced():
    math_pool.convert([("x", False)])
    for pid in list(math_pool._pool._pool_manager.worker_manager.workers):
        os.kill(pid, signal.SIGKILL)
    assert math_pool.convert([("y", False)]) == [("<math><mi>y</mi></math>", "")]


def test_after_closing_the_next_formula_starts_another():
    math_pool.convert([("x", False)])
    math_pool.close()
    math_pool.close()
    assert math_pool.convert([("y", False)]) == [("<math><mi>y</mi></math>", "")]


def test_a_fork_reads_formulas_with_a_child_of_its_own():
    done = run(
        "pid = os.fork();"
        "render('$y$').problems and os._exit(1);"
        "pid or (math_pool.close(), os._exit(0));"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    assert done.returncode == 0, done.stderr


def test_threads_share_one_child():
    done = run(
        "threads = [threading.Thread(target=render, args=[f'$x_{n}$ $\\\\foo$']) for n in range(8)];"
        "[one.start() for one in threads]; [one.join() for one in threads];"
        "assert len(children()) == 1"
    )
    assert done.returncode == 0, done.stderr
