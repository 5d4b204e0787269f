"""Two sources become one, and nothing that anybody has on either is lost."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, JSONField, ManyToManyField
from django.urls import reverse
from django.utils import translation

from catalog.curation.change_text import change_text
from catalog.curation.merge_preview import FACTS, SourceComparison
from catalog.curation.report import Report
from catalog.curation.source_merge import merge_sources
from catalog.curation.suggestion import Suggestion, SuggestionVote
from catalog.imports import import_list
from catalog.links.link_check import LinkCheck
from catalog.links.link_issue import LinkIssue
from catalog.links.link_schedule import LinkSchedule
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.list_parser import read
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.export import as_markdown
from catalog.sources.source import Source
from catalog.sources.source_alias import SourceAlias
from groups.threads.follow import Follow
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread
from notes.draft import Draft
from notes.reading import Reading
from notes.revision import BasedOn, Revision
from tests import factories
from tests.catalog.shipped import import_shipped

# What of it a database decides, the tests of every engine ask.
pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def topic(reading_list):
    return reading_list.sections.topics().first()


@pytest.fixture
def both(topic):
    """The one that goes, and the one that stays."""
    for source in Source.objects.all():
        source.set_url(source.url)
        source.save()
    return [Entry.objects.filter(topic=topic)[place].source for place in (0, 2)]


def make_readings(source, person, topic):
    return Reading.objects.set(person, source.entries.first(), "read")


def make_based_on(source, person, topic):
    prompts = topic.list.prompts.all()
    revision = Revision.freeze(person, topic, {prompt.pk: f"Answer of {person}." for prompt in prompts}, [source.pk])
    return revision.based_on.get()


def make_thread(source, person, topic):
    group = factories.make_group(person, reading_list=topic.list)
    return Thread.objects.start(group=group, author=person, title="Is it so?", body="Is it?", about=source)


def make_follow(source, person, topic):
    membership = factories.make_group(person, reading_list=topic.list).membership_of(person)
    Follow.objects.set_for(membership, is_muted=True, source=source)
    return membership.follows.get()


# How a row comes to point at a source: who adds a relation adds it here, and sees to its being moved.
POINTING = {
    "catalog.Entry.source": lambda source, person, topic: factories.make_entry(topic, "Elsewhere", source=source),
    "catalog.LinkCheck.source": lambda source, person, topic: LinkCheck.objects.create(source=source, outcome="fine"),
    "catalog.LinkIssue.source": lambda source, person, topic: LinkIssue.objects.raise_issue(source, kind="reported"),
    "catalog.Report.source": lambda source, person, topic: Report.objects.create(
        source=source, by=person, kind="wrong"
    ),
    "catalog.Change.source": lambda source, person, topic: Change.objects.record("deleted", {}, by=None, source=source),
    "catalog.SourceAlias.source": lambda source, person, topic: SourceAlias.objects.create(
        source=source, canonical_url="example.org/older", merged_source_id=10**6
    ),
    "notes.Reading.source": make_readings,
    "notes.BasedOn.source": make_based_on,
    "groups.Thread.source": make_thread,
    "groups.Follow.source": make_follow,
}

# Every source has one of its own: that of the one that goes, goes.
ONE_EACH = {"catalog.LinkSchedule.source"}

# Columns of JSON, and whether they may hold the key of a source.
HOLDS_KEYS = {
    "notes.Draft.based_on": True,
    "notes.Draft.alternatives": True,
    "groups.PostDraft.typed": True,
    "groups.PostDraft.alternatives": True,
    # Not undone any more once an entry was given another source: the list has changed.
    "catalog.UndoRecord.made": True,
}
HOLDS_NONE = {
    "catalog.Change.facts", "catalog.Entry.last_imported", "catalog.ReadingList.last_imported_method",
    "catalog.Section.last_imported",
    "catalog.Source.authors", "catalog.Source.last_imported", "groups.ReviewVersion.verdicts",
    "groups.ReviewDraft.alternatives", "groups.ReviewDraft.typed", "notes.Draft.answers",
    "notes.Draft.answers_html", "notes.Draft.extra", "notices.Notification.facts", "catalog.Upload.kinds",
    "catalog.UndoRecord.method", "groups.Post.mentions", "groups.PostVersion.mentions",
    "groups.WebhookDelivery.facts",
}  # fmt: skip

OURS = ("accounts", "catalog", "notes", "groups", "notices")


def columns(kind):
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            yield from (field for field in model._meta.get_fields(include_hidden=True) if isinstance(field, kind))


@pytest.mark.every_engine
def test_every_relation_to_a_source_is_moved(both, topic, curator):
    to_sources = {str(field) for field in columns((ForeignKey, ManyToManyField)) if field.related_model is Source}
    assert to_sources - ONE_EACH == set(POINTING), (
        "A new relation: move it in its room's moving.py, and say here how it comes about"
    )
    gone, kept = both
    LinkSchedule.objects.schedule_missing()
    rows = [make(gone, factories.make_user(), topic) for make in POINTING.values()]
    merge_sources(gone, kept, by=curator)
    for row in rows:
        row.refresh_from_db()
        assert row.source_id == kept.pk, row._meta.label
    assert not Source.objects.filter(pk=gone.pk).exists()
    assert LinkSchedule.objects.filter(source=kept).exists()


def test_every_column_of_json_is_known_to_hold_keys_of_sources_or_none():
    assert {str(field) for field in columns(JSONField)} == set(HOLDS_KEYS) | HOLDS_NONE


def test_every_fact_of_a_source_can_be_chosen():
    chosen = {column for named in FACTS.values() for column in named}
    assert chosen == {field.name for field in Source._meta.concrete_fields} - {"id"}


@pytest.mark.every_engine
def test_drafts_rest_on_the_one_that_stays(both, topic, ada, curator):
    gone, kept = both
    aside = {"at": "2026-01-01T00:00:00+00:00", "answers": {}, "based_on": [gone.pk], "extra": {}}
    draft = Draft.objects.create(author=ada, topic=topic, based_on=[gone.pk, 77, kept.pk], alternatives=[aside])
    other = Draft.objects.create(author=factories.make_user(), topic=topic, based_on=[77])
    merge_sources(gone, kept, by=curator)
    draft.refresh_from_db()
    assert draft.based_on == [kept.pk, 77]
    assert draft.alternatives == [{**aside, "based_on": [kept.pk]}]
    assert Draft.objects.get(pk=other.pk).based_on == [77]
    assert draft.version == 1, "who types in it has still seen it"


def test_a_thread_that_is_to_be_is_about_the_one_that_stays(both, group, ada, curator):
    gone, kept = both
    typed = {"title": "Really?", "about": f"source-{gone.pk}", "body": "Hm."}
    aside = {"at": "2026-01-01T00:00:00+00:00", "typed": typed}
    draft = PostDraft.objects.create(author=ada, group=group, typed=typed, alternatives=[aside])
    merge_sources(gone, kept, by=curator)
    draft.refresh_from_db()
    assert draft.typed["about"] == draft.alternatives[0]["typed"]["about"] == f"source-{kept.pk}"


@pytest.mark.every_engine
def test_who_followed_both_follows_the_one_that_stays_as_before(both, group, ada, curator):
    gone, kept = both
    membership = group.membership_of(ada)
    Follow.objects.set_for(membership, is_muted=True, source=kept)
    Follow.objects.set_for(membership, is_muted=False, source=gone)
    merge_sources(gone, kept, by=curator)
    assert [(each.source, each.is_muted) for each in membership.follows.all()] == [(kept, True)]


@pytest.mark.every_engine
def test_a_revision_that_rested_on_both_rests_on_one(both, topic, ada, curator):
    gone, kept = both
    revision = Revision.freeze(ada, topic, {topic.list.prompts.first().pk: "So."}, [gone.pk, kept.pk])
    first = revision.based_on.first()
    merge_sources(gone, kept, by=curator)
    left = BasedOn.objects.get(revision=revision)
    assert (left.pk, left.source_id) == (first.pk, kept.pk)


def day(number: int) -> datetime:
    return datetime(2026, 3, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on_gone", "on_kept", "said"),
    [
        # state, since, started, finished of each; and of the one that is left.
        (("read", 9, 2, 9), ("want", 3, None, None), ("read", 9, 2, 9)),
        (("read", 3, 2, 3), ("want", 9, None, None), ("want", 9, None, None)),
        (("reading", 2, 2, None), ("read", 9, None, 9), ("read", 9, 2, 9)),
        (("reading", 9, 8, None), ("skipped", 3, 1, None), ("reading", 9, 1, None)),
        (("read", 4, 2, 4), ("read", 9, 8, 9), ("read", 9, 8, 9)),
        (("read", 9, 8, 9), ("read", 4, None, 4), ("read", 9, 8, 9)),
        (("skipped", 5, None, None), ("want", 5, None, None), ("want", 5, None, None)),
    ],
)
def test_the_later_reading_wins_and_no_date_that_means_something_is_lost(
    both, ada, jonas, curator, on_gone, on_kept, said
):
    def dates(*days):
        return [number and day(number) for number in days]

    for source, (state, *days) in zip(both, (on_gone, on_kept), strict=True):
        since, started, finished = dates(*days)
        known = {"since": since, "started_at": started, "finished_at": finished}
        Reading.objects.create(person=ada, source=source, state=state, **known)
    alone = Reading.objects.create(person=jonas, source=both[0], state="want")
    merge_sources(*both, by=curator)
    left = Reading.objects.get(person=ada)
    assert left.source == both[1]
    assert [left.state, left.since, left.started_at, left.finished_at] == [said[0], *dates(*said[1:])]
    assert Reading.objects.get(person=jonas).pk == alone.pk
    finished = [dates(ended) for state, _, _, ended in (on_gone, on_kept) if ended]
    assert sorted([each.finished_at] for each in left.passes.all() if each.finished_at) == sorted(finished)
    assert (left.passes.filter(finished_at=None).count() == 1) == (left.state == "reading")


def test_a_reread_stays_of_its_place(both, topic, ada, curator):
    gone, kept = both
    again = factories.make_entry(topic, "Once more", source=gone, reread=True)
    Reading.objects.set(ada, again, "read")
    Reading.objects.set(ada, kept.entries.first(), "want")
    merge_sources(gone, kept, by=curator)
    assert {(each.reread_entry_id, each.state) for each in ada.readings.filter(source=kept)} == {
        (again.pk, "read"),
        (None, "want"),
    }


def test_facts_are_taken_from_where_it_was_said(both, curator):
    gone, kept = both
    Source.objects.filter(pk=gone.pk).update(title="Its real title", year=2023, venue="NeurIPS", authors=["A. One"])
    Source.objects.filter(pk=kept.pk).update(year=2022, venue="ICML")
    merge_sources(gone, kept, by=curator, taking=["title", "year"])
    kept.refresh_from_db()
    assert (kept.title, kept.year, kept.venue, kept.authors) == ("Its real title", 2023, "ICML", [])


def test_the_old_address_leads_to_the_one_that_stays(both, curator):
    gone, kept = both
    old, own, key = gone.url, kept.url, gone.canonical_url
    merge_sources(gone, kept, by=curator)
    assert Source.objects.by_url(f"{old}/?utm_source=x") == kept == Source.objects.by_url(own)
    assert Source.objects.get_or_create_by_url(old, title="Once more") == kept
    assert Source.objects.by_keys([key, "example.org/nowhere"]) == {key: kept}


def test_the_other_address_may_be_taken_and_the_own_one_then_leads_on(both, curator):
    gone, kept = both
    Source.objects.filter(pk=gone.pk).update(leads_to_listed="yes", link_note="Looked.")
    old, own = gone.url, kept.url
    merge_sources(gone, kept, by=curator, taking=["link"])
    kept.refresh_from_db()
    assert (kept.url, kept.leads_to_listed, kept.link_note) == (old, "yes", "Looked.")
    assert Source.objects.by_url(old) == Source.objects.by_url(own) == kept


def test_merged_once_more_every_address_still_leads_on(topic, both, curator):
    gone, kept = both
    third = topic.topic_entries.last().source
    merge_sources(gone, kept, by=curator)
    merge_sources(kept, third, by=curator)
    assert Source.objects.by_url(gone.url) == Source.objects.by_url(kept.url) == third
    assert Source.objects.resolve_merged([gone.pk, kept.pk, third.pk, 10**9]) == dict.fromkeys(
        [gone.pk, kept.pk, third.pk], third.pk
    )


@pytest.mark.every_engine
def test_no_second_source_takes_an_address_that_leads_on(both, topic, curator):
    gone, kept = both
    merge_sources(gone, kept, by=curator)
    with pytest.raises(ValidationError, match="Another source has this address"):
        Source(url=gone.url, listed_title="Again").clean()
    other = topic.topic_entries.exclude(source=kept).first()
    assert not other.source.move_to_url(gone.url, entry=other)


def test_a_file_that_names_the_old_link_finds_the_one_that_stays(curator):
    entries = ["- [First](https://example.org/first) - why", "- [Second](https://example.org/second) - so"]
    text = "# Things\n\n## 1. One\n\n" + "\n".join(entries)
    import_list(read(text), slug="things", title="Things")
    first, second = Source.objects.order_by("pk")
    merge_sources(second, first, by=curator)
    other = text.replace("# Things", "# Others").replace("## 1. One", "## 1. Two")
    import_list(read(other), slug="others", title="Others")
    assert list(Source.objects.all()) == [first]
    assert Entry.objects.filter(section__list__slug="others", source=first).count() == 2


def test_the_file_of_a_merged_list_changes_nothing_when_it_comes_again(curator):
    import_shipped()
    gone = Source.objects.get(canonical_url="arxiv.org/abs/2305.18290")
    kept = Entry.objects.get(title="ZeRO paper").source
    merge_sources(gone, kept, by=curator)
    written = as_markdown(ReadingList.objects.get())
    before = list(Entry.objects.order_by("pk").values("pk", "source", "url", "retired_at", "position"))
    import_shipped()
    assert list(Entry.objects.order_by("pk").values("pk", "source", "url", "retired_at", "position")) == before
    assert not Source.objects.filter(pk=gone.pk).exists()
    assert as_markdown(ReadingList.objects.get()) == written


def test_where_both_stand_in_one_section_the_second_is_hidden_and_the_history_keeps_its_reason(topic, both, curator):
    gone, kept = both
    shelf = kept.entries.get().section
    again = factories.make_entry(shelf, "The same", source=gone, why="For its figures.")
    assert [second for _, second in SourceComparison(kept, gone).duplicate_entries()] == [again]
    merge_sources(gone, kept, by=curator)
    assert Entry.objects.not_retired().filter(section=shelf, source=kept).count() == 1
    assert Entry.objects.not_retired().filter(topic=topic, source=kept).count() == 2
    assert Change.objects.filter(facts__why="For its figures.", list=topic.list).exists()


def test_the_link_issue_about_the_link_that_is_given_up_is_over(both, curator):
    gone, kept = both
    LinkIssue.objects.raise_issue(gone, kind="dead", note="404")
    LinkIssue.objects.raise_issue(kept, kind="moved", note="Over there")
    merge_sources(gone, kept, by=curator)
    assert [issue.note for issue in kept.link_issues.open()] == ["Over there"]
    settled = kept.link_issues.get(resolved_at__isnull=False)
    assert (settled.resolution, settled.resolved_by, settled.note) == ("other", curator, "404")


def test_a_link_issue_goes_with_its_link(both, curator):
    gone, kept = both
    LinkIssue.objects.raise_issue(gone, kind="elsewhere", note="A shop")
    LinkIssue.objects.raise_issue(kept, kind="dead", note="404")
    merge_sources(gone, kept, by=curator, taking=["link"])
    kept.refresh_from_db()
    assert (kept.link_issues.open().get().note, kept.leads_elsewhere) == ("A shop", True)


@pytest.mark.parametrize("other", ["", "dead"])
def test_what_a_reader_reported_goes_on_with_the_source(both, curator, other):
    gone, kept = both
    LinkIssue.objects.raise_issue(gone, kind="reported", note="It is outdated", better_url="https://example.org/new")
    if other:
        LinkIssue.objects.raise_issue(kept, kind=other, note="404")
    merge_sources(gone, kept, by=curator)
    left = kept.link_issues.open().get()
    # Beside what was found a reader's link stands in the report alone.
    assert (left.kind, left.better_url) == ((other, "") if other else ("reported", "https://example.org/new"))
    assert "outdated" not in left.note_for_readers


def test_why_a_link_problem_ended_with_the_merge_is_told_in_the_language_of_who_reads_it(both, curator):
    issue = LinkIssue.objects.raise_issue(both[0], kind="dead", note="404")
    merge_sources(*both, by=curator)
    issue.refresh_from_db()
    with translation.override("de"):
        assert issue.reason_text == "Die Quelle wurde mit einer anderen zusammengeführt, deren Link beibehalten wurde."


@pytest.mark.every_engine
def test_the_same_report_on_both_is_one_that_says_all(both, ada, curator):
    for source, text in zip(both, ("It asks to sign in", "Gone"), strict=True):
        Report.objects.create(source=source, by=ada, kind="broken", text=text)
    merge_sources(*both, by=curator)
    assert Report.objects.get().text == "Gone\n\nIt asks to sign in"


def test_who_suggested_the_old_address_suggested_the_one_that_stays(both, topic, ada, curator):
    gone, kept = both
    said = {"url": gone.url, "canonical_url": gone.canonical_url, "title": "It", "why": "Look", "by": ada}
    suggested = Suggestion.objects.create(topic=topic, **said)
    SuggestionVote.objects.create(suggestion=suggested, person=ada)
    merge_sources(gone, kept, by=curator)
    assert Suggestion.objects.get().canonical_url == kept.canonical_url


def test_it_is_written_to_the_history_of_every_list_and_counts_as_a_change(both, topic, curator):
    gone, kept = both
    other = factories.make_list("Others", is_default=False)
    factories.make_entry(other.sections.topics().first(), "There, too", source=gone)
    untouched = factories.make_list("Third", is_default=False)
    merge_sources(gone, kept, by=curator, taking=["listed_title"])
    for each in (topic.list, other):
        assert ReadingList.objects.get(pk=each.pk).version == 1
        whats = [change_text(change) for change in each.changes.filter(by=curator, source=kept)]
        assert any(what.startswith(f"Merged “{gone.listed_title}”") for what in whats)
        assert any(f"{kept.listed_title} → {gone.listed_title}" in what for what in whats)
    assert ReadingList.objects.get(pk=untouched.pk).version == 0


def test_what_is_merged_already_or_has_changed_is_not_merged(both, curator):
    gone, kept = both
    seen = SourceComparison(kept, gone).fingerprint
    Source.objects.filter(pk=gone.pk).update(year=1999)
    with pytest.raises(StaleVersion):
        merge_sources(gone, kept, by=curator, seen=seen)
    merge_sources(gone, kept, by=curator)
    with pytest.raises(StaleVersion):
        merge_sources(gone, kept, by=curator)
    with pytest.raises(ValueError, match="itself"):
        merge_sources(kept, kept, by=curator)


def test_the_old_page_leads_to_the_one_that_stays(both, curator, client):
    gone, kept = both
    merge_sources(gone, kept, by=curator)
    assert client.get(reverse("source", args=[gone.pk])).headers["Location"] == reverse("source", args=[kept.pk])
    assert client.get(reverse("source", args=[kept.pk])).status_code == 200
