"""Two sources become one in the very moment in which somebody puts a row on them. Run on both engines."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.curation.report import Report
from catalog.curation.source_merge import merge_sources
from catalog.lists.reading_list import StaleVersion
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.sources.source import Source
from groups.threads.thread import Thread
from notes.draft import Draft
from notes.reading import Reading
from notes.revision import BasedOn, Revision
from tests import factories
from tests.groups.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group():
    people = [factories.make_user("Ada"), factories.make_user("Jonas")]
    return factories.make_group(*people, reading_list=factories.make_list())


@pytest.fixture
def pair(group):
    """The one that goes, and the one that stays: each has its place in the first topic."""
    topic = group.list.sections.topics().first()
    return topic, *[entry.source for entry in topic.topic_entries.all()[:2]]


def test_who_says_how_far_they_are_is_heard_and_sees_no_error(group, pair):
    _, gone, kept = pair
    goes, stays = gone.entries.get(), kept.entries.get()
    Reading.objects.set(group.owner, stays, "want")
    browsers = [Client(), Client()]
    for browser, member in zip(browsers, group.memberships.all(), strict=True):
        browser.force_login(member.person)

    def press(browser, entry):
        return browser.post(reverse("reading", args=[entry.pk]), {"state": "read", "seen": ""}).status_code

    said = at_once(
        lambda: merge_sources(gone, kept, by=None),
        lambda: press(browsers[0], goes),
        lambda: press(browsers[1], goes),
    )
    assert said[1:] == [302, 302]
    assert isinstance(said[0], Source)
    assert sorted(Reading.objects.values_list("person__display_name", "source", "state")) == [
        ("Ada", kept.pk, "read"),
        ("Jonas", kept.pk, "read"),
    ]


def test_what_was_fetched_before_the_merge_is_put_on_the_one_that_stays(group, pair):
    topic, gone, kept = pair
    entry, person = Entry.objects.select_related("source").get(source=gone), group.owner
    merge_sources(gone, kept, by=None)
    Reading.objects.toggle(person, entry, "read", seen="")
    answers = {topic.list.prompts.first().pk: "So it is."}
    assert Draft.save_answers(person, topic, answers, [gone.pk, kept.pk]).based_on == [kept.pk]
    revision = Revision.freeze(person, topic, answers, [gone.pk])
    thread = Thread.objects.start(group=group, author=person, title="So?", body="Is it so?", about=gone)
    report = Report.objects.report(gone, by=person, kind="outdated", text="It is old")
    assert report.source_id == kept.pk
    assert Reading.objects.get().source_id == revision.based_on.get().source_id == thread.source_id == kept.pk


def test_a_page_that_stood_open_still_names_what_was_merged(group, pair):
    topic, gone, kept = pair
    browser = Client()
    browser.force_login(group.owner)
    entry = factories.make_entry(kept.entries.get().section, "The same", source=gone)
    merge_sources(gone, kept, by=None)
    entry.refresh_from_db()
    assert entry.retired_at
    typed = {f"answer_{topic.list.prompts.first().pk}": "So.", "based_on": [str(gone.pk)]}
    assert browser.post(reverse("reading", args=[entry.pk]), {"state": "read"}).status_code == 302
    assert browser.post(reverse("summary", args=[topic.pk]), typed).status_code == 302
    thread = {"title": "Is it?", "about": f"source-{gone.pk}", "body": "Is it so?"}
    assert browser.post(reverse("new_thread", args=[group.pk]), thread).status_code == 302
    assert Reading.objects.get().source == kept
    assert Draft.objects.get().based_on == [kept.pk]
    assert Thread.objects.get().source == kept


def test_a_summary_is_submitted_and_a_thread_begun_while_their_source_is_merged(group, pair):
    topic, gone, kept = pair
    answers = {topic.list.prompts.first().pk: "So it is."}
    said = at_once(
        lambda: merge_sources(gone, kept, by=None),
        lambda: Revision.freeze(group.owner, topic, answers, [kept.pk, gone.pk]),
        lambda: Thread.objects.start(group=group, author=group.owner, title="So?", body="Is it so?", about=gone),
    )
    assert [type(each) for each in said] == [Source, Revision, Thread]
    assert BasedOn.objects.get().source == Thread.objects.get().source == kept


def test_two_curators_merge_the_same_two_and_the_second_is_told(pair):
    _, gone, kept = pair
    said = at_once(lambda: merge_sources(gone, kept, by=None), lambda: merge_sources(kept, gone, by=None))
    assert sorted(type(each).__name__ for each in said) == ["Source", "StaleVersion"]
    assert Source.objects.filter(pk__in=[gone.pk, kept.pk]).count() == 1
    assert Change.objects.filter(code="merged").count() == 1
    assert any(isinstance(each, StaleVersion) for each in said)
