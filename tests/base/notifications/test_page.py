"""What one is told in the app: the bell, the page behind it, and what counts as seen."""

import re
from html import unescape

import pytest
from django.urls import reverse

from readlist_site.base.notifications.kinds import get_kind
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.views import PAGE

pytestmark = pytest.mark.django_db

BELL = re.compile(r'<a class="bell".*?aria-label="Notifications: (.*?)"')


@pytest.fixture
def page(signed_in, ada):
    """A function: the page as Ada sees it."""
    return lambda query="": signed_in(ada).get(reverse("notifications") + query).content.decode()


def bell(page: str) -> str:
    return BELL.search(page)[1]


def test_the_bell_counts_what_the_page_lists_each_thing_once(page, tell, ada):
    assert bell(page()) == "0 unread"
    tell(ada, "Jonas asked for changes")
    tell(ada, "Mei-Ling approved it")
    tell(ada, "Another waits", kind="wanted", about="groups/1/submissions/2")
    shown = page()
    assert bell(shown) == "2 unread"
    assert shown.count("Mei-Ling approved it") == 1
    assert "1 earlier notification" in shown
    assert "Jonas asked for changes" not in shown


def test_what_is_new_never_hides_behind_what_was_seen(page, tell, ada, signed_in):
    first = tell(ada, "Jonas asked for changes")
    signed_in(ada).get(first.get_absolute_url())
    tell(ada, "Mei-Ling approved it")
    shown = page()
    assert bell(shown) == "1 unread"
    assert "earlier notification" not in shown
    new, earlier = shown.split('id="earlier"')
    assert '<h2 id="new">' in new, "both sections have a heading that is seen"
    assert "Mei-Ling approved it" in new
    assert "Jonas asked for changes" in earlier


def test_following_it_leads_there_and_is_seeing_it_with_all_that_was_told_of_the_same(tell, ada, signed_in):
    older, other = tell(ada), tell(ada, about="groups/1/submissions/2")
    notification, later = tell(ada), tell(ada)
    answer = signed_in(ada).get(notification.get_absolute_url())
    assert answer.headers["Location"] == "/list/"
    assert set(Notification.objects.unread()) == {other, later}
    older.refresh_from_db()
    first_seen = older.read_at
    signed_in(ada).get(notification.get_absolute_url())
    older.refresh_from_db()
    assert older.read_at == first_seen


def test_anothers_notice_is_none_of_ones_business(tell, ada, stranger, signed_in):
    notification = tell(ada)
    assert signed_in(stranger).get(notification.get_absolute_url()).status_code == 404
    signed_in(stranger).post(reverse("mark_notifications_read"), {"until": notification.pk})
    assert Notification.objects.unread().get() == notification


def test_marking_all_as_seen_leaves_what_came_after_the_page(tell, ada, signed_in):
    shown = tell(ada)
    later = tell(ada)
    client = signed_in(ada)
    client.post(reverse("mark_notifications_read"), {"until": shown.pk})
    assert Notification.objects.unread().get() == later
    client.post(reverse("mark_notifications_read"), {"until": "everything"})
    assert Notification.objects.unread().get() == later


def test_looking_at_the_page_is_not_seeing_what_stands_on_it(page, tell, ada):
    tell(ada)
    assert [bell(page()) for _ in range(2)] == ["1 unread", "1 unread"]


def test_what_is_over_is_new_no_longer(page, tell, ada):
    tell(ada, "It waits")
    Notification.objects.mark_obsolete(about="groups/1/submissions/1")
    shown = page()
    assert bell(shown) == "0 unread"
    assert "It waits" in shown
    assert str(get_kind("reviewed").ended) in unescape(shown)


def test_an_event_is_told_once_and_never_to_who_made_it(ada, jonas):
    for _ in range(2):
        Notification.objects.notify(
            [ada, jonas], kind="reviewed", key="the same", about="it", facts={}, url="/", actor=jonas
        )  # fmt: skip
    assert Notification.objects.get().person == ada


@pytest.mark.parametrize(("seen", "query", "way"), [(False, "?new=", "Older unread"), (True, "?before=", "Older")])
def test_many_come_page_by_page(seen, query, way, page, tell, ada):
    told = [tell(ada, f"No. {number}.", about=f"groups/1/submissions/{number}") for number in range(PAGE + 5)]
    if seen:
        Notification.objects.all().mark_read()
    first = page()
    assert first.count("No. ") == PAGE
    link = re.search(rf'href="(\{query}\d+)">{way}', first)[1]
    second = page(link)
    assert second.count("No. ") == 5
    assert f">{told[0].text}<" in second
    assert "Newest notifications" in second


def test_a_sentence_is_made_of_facts_and_escaped_once(page, ada, jonas):
    facts = {"reviewer": "O’Neil & <b>", "topic": "R&D", "approves": True, "edited": False}
    Notification.objects.notify([ada], kind="reviewed", key="k", about="a", facts=facts, url="/", actor=jonas)
    assert "O’Neil &amp; &lt;b&gt; approved your summary of R&amp;D<" in page()
