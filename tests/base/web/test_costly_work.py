"""Requests that cost much at the same moment: of one person one after the other, and never in all threads."""

from collections.abc import Callable
from threading import Thread
from time import sleep

import pytest

from groups.threads.thread import Thread as DiscussionThread
from readlist_site.base.rate_limits.limit import LimitReached
from readlist_site.base.web import costly_work
from readlist_site.base.web.costly_work import MOST, CostlyWork
from readlist_site.run.gunicorn_conf import threads


@pytest.fixture
def work() -> CostlyWork:
    return CostlyWork(most=5)


def refusal(enter: Callable[[], None]) -> str:
    with pytest.raises(LimitReached) as raised:
        enter()
    assert raised.value.retry_after == 1
    return raised.value.limit.name


def waiting(work: CostlyWork, who: str) -> Thread:
    """Another request of this person, which waits for the one in work."""
    held = work._held[who]
    thread = Thread(target=work.enter, args=[who, 30], daemon=True)
    thread.start()
    while work._held[who] == held:
        assert thread.is_alive()
    return thread


def test_a_thread_is_left_for_what_costs_nothing():
    assert threads - 1 == MOST


def test_of_one_person_one_is_in_work_two_wait_and_the_fourth_is_refused(work):
    work.enter("ada")
    others = [waiting(work, "ada"), waiting(work, "ada")]
    assert refusal(lambda: work.enter("ada")) == "at_once"
    assert all(each.is_alive() for each in others)
    for left in (1, 0):
        work.leave("ada")
        while sum(each.is_alive() for each in others) > left:
            sleep(0.01)
    work.leave("ada")
    work.enter("ada")


def test_others_do_not_wait_for_them(work):
    work.enter("ada")
    work.enter("jonas")
    work.leave("ada")
    work.enter("mei")


def test_a_crowd_takes_no_more_than_there_is(work):
    for who in range(5):
        work.enter(str(who))
    assert refusal(lambda: work.enter("ada")) == "busy"
    work.leave("3")
    work.enter("ada")


def test_nobody_waits_for_ever_or_keeps_a_place_for_having_waited(work):
    work.enter("ada")
    assert refusal(lambda: work.enter("ada", patience=0.01)) == "at_once"
    work.leave("ada")
    assert work._held.total() == 0


def test_a_place_is_given_back_whatever_happens_in_it(work):
    with pytest.raises(KeyError), work.place("ada"):
        raise KeyError
    assert work._held.total() == 0


@pytest.fixture
def opened(group, ada) -> DiscussionThread:
    return DiscussionThread.objects.start(group=group, author=ada, title="Which knob?", body="I swept it.")


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"X-Requested-With": "fetch"}, {}])
def test_who_is_refused_is_told_to_send_it_again_in_a_second(headers, signed_in, ada, opened, monkeypatch):
    def refuse(work, who):
        raise LimitReached(costly_work._limit("at_once", who))

    monkeypatch.setattr(CostlyWork, "enter", refuse)
    answer = signed_in(ada).post(f"/threads/{opened.pk}/posts/", {"body": "*This.*"}, headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert "still working on what you sent before. Try again in 1 second." in answer.content.decode()
    assert opened.posts.count() == 1
