"""A group's Atom feed, at a secret address of each member."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from groups.leaving.leave import leave_group
from groups.members.mute import Mute
from groups.threads.post import Post
from groups.threads.thread import Thread
from tests.groups.reviewing import say, show

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def address(group, jonas) -> str:
    """The address of Jonas's feed."""
    membership = group.membership_of(jonas)
    membership.set_feed_address(exists=True)
    return reverse("feed", args=[membership.feed_token])


def entries_of(response) -> list[ElementTree.Element]:
    """The entries of a feed, newest first."""
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    return list(ElementTree.fromstring(response.content).iter(f"{ATOM}entry"))  # noqa: S314 — it is our own


def titles(response) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in entries_of(response)]


def test_it_tells_what_was_posted_submitted_and_accepted_newest_first(client, group, address, ada, jonas, tomas):
    Thread.objects.start(group=group, author=ada, title="<b> & β?", body="Is `<i>` *small*?\x1b")
    round = show(tomas, group)
    for reviewer in (ada, jonas):
        say(round, reviewer, "approve")
    show(tomas, group)
    response = client.get(address)
    name = round.submission.summary.topic.short_name
    assert sorted(titles(response)) == sorted([
        "Ada posted in “<b> & β?”",
        f"Tomás submitted a summary of “{name}”",
        f"Tomás’s summary of “{name}” was accepted",
        f"Tomás revised the summary of “{name}”",
    ])  # fmt: skip
    entries = entries_of(response)
    times = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert times == sorted(times, reverse=True)
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    post = next(entry for entry in entries if "posted" in entry.findtext(f"{ATOM}title"))
    assert post.find(f"{ATOM}link").get("href") == "http://testserver" + Post.objects.get().get_absolute_url()
    assert post.findtext(f"{ATOM}summary") == "Is &lt;i&gt; small?", "it is HTML"


def test_of_who_is_muted_it_shows_no_text(client, group, address, ada, jonas, tomas):
    thread = Thread.objects.start(group=group, author=ada, title="Which knob?", body="First")
    Post.objects.reply(thread=thread, author=tomas, body="Second")
    Mute.objects.mute(jonas, tomas)
    texts = [entry.findtext(f"{ATOM}summary") for entry in entries_of(client.get(address))]
    assert texts == [None, "First"]


def test_it_has_the_newest_posts_of_all_threads_without_the_deleted(client, group, address, ada, monkeypatch):
    monkeypatch.setattr("groups.overview.activity.FEED_LIMIT", 3)
    old, new = (Thread.objects.start(group=group, author=ada, title=title, body="First") for title in ("Old", "New"))
    Post.objects.reply(thread=old, author=ada, body="Second")
    Post.objects.reply(thread=new, author=ada, body="Third").soft_delete(ada)
    assert titles(client.get(address)) == ["Ada posted in “Old”", "Ada posted in “New”", "Ada posted in “Old”"]


def test_what_was_accepted_stays_when_a_later_revision_is_withdrawn(client, group, address, ada, jonas, tomas):
    round = show(tomas, group)
    for reviewer in (ada, jonas):
        say(round, reviewer, "approve")
    show(tomas, group).submission.withdraw()
    name = round.submission.summary.topic.short_name
    assert titles(client.get(address)) == [f"Tomás’s summary of “{name}” was accepted"]


def test_it_is_in_the_language_of_the_member(client, address, group, ada, jonas):
    Thread.objects.start(group=group, author=ada, title="Knob", body="Which?")
    type(jonas).objects.filter(pk=jonas.pk).update(language="de")
    response = client.get(address, headers={"Accept-Language": "en"})
    assert titles(response) == ["Ada hat in „Knob“ geschrieben"]
    assert response.headers["Content-Language"] == "de"


def test_a_reader_that_has_the_newest_gets_304(client, address, group, ada):
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    Thread.objects.start(group=group, author=ada, title="Knob", body="Which?")
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_the_address_is_made_replaced_and_revoked(signed_in, client, group, jonas):
    browser, page = signed_in(jonas), reverse("follow_settings", args=[group.pk])

    def press(**button) -> str | None:
        """Send the form, and return the address that the page then shows."""
        assert browser.post(reverse("feed_address", args=[group.pk]), button).headers["Location"] == page
        token = group.membership_of(jonas).feed_token
        shown = browser.get(page).content.decode()
        assert (f"/feeds/{token}/" in shown) == bool(token)
        return token and reverse("feed", args=[token])

    first = press()
    assert client.get(first).status_code == 200
    second = press()
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert press(revoke="yes") is None
    assert client.get(second).status_code == 404


@pytest.mark.parametrize("what", ["left", "closed"])
def test_who_has_left_or_closed_the_account_reads_nothing_more(client, address, group, jonas, what):
    if what == "left":
        leave_group(group.membership_of(jonas))
    else:
        type(jonas).objects.filter(pk=jonas.pk).update(is_active=False)
    assert client.get(address).status_code == 404
