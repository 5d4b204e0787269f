"""What texts cost is measured in the time of this thread's work."""

from threading import Event, Thread
from time import monotonic, sleep, thread_time

import pytest

from readlist_site.base.text import costs_cpu, diff, metered, render
from readlist_site.base.text.cpu_meter import charge


@costs_cpu
def work(seconds: float) -> None:
    began = thread_time()
    while thread_time() - began < seconds:
        pass


@costs_cpu
def works_twice(seconds: float) -> None:
    work(seconds)
    work(seconds)


def test_it_adds_up_what_is_done_inside_and_nothing_else():
    with metered() as meter:
        work(0.02)
        works_twice(0.01)
    work(0.02)
    assert meter.seconds == pytest.approx(0.04, abs=0.01)


def test_waiting_and_what_others_do_meanwhile_costs_nothing():
    done = Event()

    def burn() -> None:
        while not done.is_set():
            pass

    other = Thread(target=burn)
    other.start()
    began = monotonic()
    try:
        with metered() as meter:
            costs_cpu(sleep)(0.05)
            work(0.01)
    finally:
        done.set()
        other.join()
    assert monotonic() - began > 0.05
    assert meter.seconds == pytest.approx(0.01, abs=0.008)


def test_work_that_fails_has_cost_its_time():
    @costs_cpu
    def fails() -> None:
        work(0.02)
        raise KeyError

    with metered() as meter, pytest.raises(KeyError):
        fails()
    assert meter.seconds >= 0.02


def test_what_another_process_does_is_counted_wherever_it_is_asked_for():
    with metered() as meter:
        costs_cpu(lambda: costs_cpu(charge)(1.5))()
    assert meter.seconds == pytest.approx(1.5, abs=0.1)


def test_comparing_two_texts_in_another_process_counts():
    old, new = ("".join(f"<p>{word} {number}</p>" for number in range(300)) for word in ("old", "new"))
    with metered() as meter:
        diff(old, new)
    assert meter.seconds > 0.005


def test_rendering_counts_and_can_be_refused_before_it_begins():
    asked = []
    with metered(before=lambda: asked.append("once")) as meter:
        render("Is it *the* one?")
        render("Or this?")
    assert asked == ["once"]
    assert meter.seconds > 0

    def refuse() -> None:
        raise PermissionError

    with metered(before=refuse) as meter, pytest.raises(PermissionError):
        render("Is it *the* one?")
    assert meter.seconds == 0
