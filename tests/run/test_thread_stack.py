"""A server's threads: all of them work when it takes all, and as few as it takes otherwise."""

from queue import Empty
from threading import Barrier, Event, get_ident

import pytest

from readlist_site.run.thread_stack import LastFirst, thread_stack


@pytest.fixture
def threads():
    with thread_stack(4) as executor:
        yield executor


def all_of(threads) -> list[int]:
    """Have all threads work at the same moment; which they are."""
    barrier = Barrier(4)

    def work() -> int:
        barrier.wait(30)
        return get_ident()

    return [each.result(30) for each in [threads.submit(work) for _ in range(4)]]


def idle(threads) -> None:
    while len(threads._work_queue._waiting) < 4:
        pass


def test_all_threads_work_when_there_is_work_for_all(threads):
    assert len(set(all_of(threads))) == 4
    assert len(set(all_of(threads))) == 4


def test_one_request_after_the_other_is_answered_by_the_same_thread(threads):
    all_of(threads)
    used = set()
    for _ in range(20):
        idle(threads)
        used.add(threads.submit(get_ident).result(30))
    assert len(used) == 1


def test_what_comes_first_is_worked_on_first_while_all_threads_work():
    with thread_stack(1) as executor:
        go_on, done = Event(), []
        executor.submit(go_on.wait, 30)
        for number in range(5):
            executor.submit(done.append, number)
        go_on.set()
    assert done == [0, 1, 2, 3, 4]


def test_without_waiting_nothing_is_got_from_an_empty_one():
    queue = LastFirst()
    queue.put(None)
    assert queue.get_nowait() is None
    with pytest.raises(Empty):
        queue.get_nowait()
