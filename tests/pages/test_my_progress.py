"""What the list's pages say to the one who looks."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from notes.draft import Draft
from notes.progress import entries_of
from notes.progress_text import short_steps_text
from notes.reading import Reading
from notes.revision import Revision
from readlist_site.pages.my_progress import MyTopic, my_topic, my_topic_rows, topic_statuses
from tests import factories
from tests.catalog.shipped import import_both


@pytest.fixture
def topic(group):
    return Section.objects.get(title__startswith="1. Post-training")


@pytest.fixture
def mine(ada, topic):
    """A function: Ada's part of the topic's page."""
    return lambda: part_of(ada, topic, topic.list.prompts.not_retired(), Group.objects.visible_to(ada))


def part_of(person, topic: Section, prompts=(), groups=()) -> MyTopic:
    """A person's part of a topic's page."""
    now = timezone.now()
    rows = my_topic_rows(person=person, topic=topic, now=now)
    return my_topic(person, topic, prompts, entries_of([topic])[topic.pk], rows, now, groups)


def read(person, title: str, state: str = "read", **options) -> None:
    Reading.objects.set(person, Entry.objects.get(title=title), state, **options)


def write(author, topic: Section, text: str = "A knob.") -> Revision:
    return Revision.freeze(author, topic, {prompt.pk: text for prompt in topic.list.prompts.all()})


def review(round, reviewer, decision: str) -> None:
    Review.objects.create(round=round, claim=round.claim(reviewer), reviewer=reviewer, decision=decision, renderer=1)
    ReviewRound.objects.accept_due()


# What to do next


def label(step) -> str:
    """What the button of a next step says."""
    return render_to_string("notes/next_step_label.html", {"step": step}).strip()


def test_the_next_thing_goes_from_core_to_cross_check_to_summary(ada, topic, mine):
    assert label(mine().next) == "Read DPO paper"
    assert mine().next.url == Entry.objects.get(title="DPO paper").source.get_absolute_url()
    read(ada, "GRPO paper", "want")
    assert label(mine().next) == "Read GRPO paper"
    read(ada, "DPO paper", "reading")
    assert label(mine().next) == "Continue reading DPO paper"
    read(ada, "DPO paper")
    assert label(mine().next) == "Cross-check with A post from the field"
    read(ada, "A post from the field", "skipped")
    assert label(mine().next) == "Cross-check with A guide"
    read(ada, "A guide", "reading")
    assert label(mine().next) == "Continue reading A guide"
    read(ada, "A guide")
    assert label(mine().next) == "Write your summary"
    Draft.save_answers(ada, topic, {topic.list.prompts.first().pk: "A knob."})
    assert label(mine().next) == "Continue your summary"


def test_who_skips_what_is_core_begins_with_what_is_left(ada, mine):
    for title in ("DPO paper", "GRPO paper"):
        read(ada, title, "skipped")
    assert label(mine().next) == "Read A post from the field"


def test_who_skips_all_there_is_to_read_can_still_write(ada, topic, mine):
    for entry in topic.topic_entries.all():
        Reading.objects.set(ada, entry, "skipped")
    assert label(mine().next) == "Write your summary"


def test_the_next_thing_after_submitting_is_what_the_group_made_of_it(ada, jonas, topic, group, mine):
    shown = Submission.objects.submit(write(ada, topic), group)
    assert (label(mine().next), mine().next.url) == ("See your summary in review", shown.submission.get_absolute_url())
    review(shown, jonas, "request_changes")
    assert label(mine().next) == "Revise your summary"
    Draft.save_answers(ada, topic, {topic.list.prompts.first().pk: "Better."})
    assert label(mine().next) == "Continue your summary"
    Draft.objects.all().delete()
    later = Submission.objects.submit(write(ada, topic, "Better."), group)
    assert label(mine().next) == "See your summary in review"
    review(later, jonas, "approve")
    assert label(mine().next) == "See your accepted summary"


def test_what_was_taken_back_is_to_be_revised(ada, topic, group, mine):
    Submission.objects.submit(write(ada, topic), group).submission.withdraw()
    assert label(mine().next) == "Revise your summary"
    assert details(mine().path)[3] == "by your group"


# The path


def details(path) -> list[str]:
    """What the page says of each step, without its date."""
    page = " ".join(render_to_string("notes/topic_steps.html", {"path": path}).split())
    return [
        re.sub("</?bdi>", "", said).partition("· <time")[0].strip() for said in re.findall("<small>(.*?)</small>", page)
    ]


def test_the_path_says_what_made_each_step(ada, jonas, topic, group, mine):
    assert details(mine().path) == [
        "one core source",
        "one practitioner source",
        "5–10 lines in your own words",
        "by your group",
    ]
    day = timezone.now() - timedelta(days=20)
    read(ada, "GRPO paper", at=day)
    read(ada, "DPO paper", at=day + timedelta(days=1))
    read(ada, "A guide", "reading")
    Draft.save_answers(ada, topic, {topic.list.prompts.first().pk: "A knob."})
    path = mine().path
    assert details(path)[:3] == ["GRPO paper", "Reading A guide", "Draft, 1 of 5–10 lines"]
    assert [step.on for step in path[:3]] == [day, None, None]
    assert [step.current for step in path] == [False, True, False, False]
    shown = Submission.objects.submit(write(ada, topic), group)
    assert details(mine().path)[2:] == ["Revision 1", "in review"]
    review(shown, jonas, "approve")
    assert [step.state for step in mine().path[2:]] == ["done", "done"]
    assert details(mine().path)[2:] == ["Revision 1", "accepted"]


def test_a_topic_with_one_source_says_that_it_needs_no_check(ada, topic):
    single = Section.objects.get(title="Refusals")
    path = part_of(ada, single).path
    assert details(path)[:2] == ["its one source", "not needed: the topic has one source"]


def test_the_source_that_makes_the_core_is_not_the_one_that_checks_it(ada, group):
    plain = Section.objects.get(title="2. Efficiency")
    day = timezone.now() - timedelta(days=20)
    read(ada, "Checkpointing", at=day)
    read(ada, "Mixed precision", at=day + timedelta(days=1))
    assert details(part_of(ada, plain).path)[:2] == ["Checkpointing", "Mixed precision"]


def test_who_is_in_no_group_is_told_of_study_groups(stranger, topic):
    assert details(part_of(stranger, topic).path)[3] == "by a study group"


# The list


def test_the_most_telling_fate_wins_over_groups(ada, jonas, topic, group, reading_list):
    second = factories.make_group(ada, jonas, reading_list=reading_list, name="SuggestionVote")
    revision = write(ada, topic)
    first_round = Submission.objects.submit(revision, group)
    assert topic_statuses(ada, [topic])[topic.pk].outcome.review_outcome == "in_review"
    second_round = Submission.objects.submit(revision, second)
    review(second_round, jonas, "request_changes")
    assert topic_statuses(ada, [topic])[topic.pk].outcome.review_outcome == "changes_requested"
    review(first_round, jonas, "approve")
    status = topic_statuses(ada, [topic])[topic.pk]
    assert status.outcome.is_accepted
    assert status.steps.accepted
    later = Submission.objects.submit(write(ada, topic, "Even better."), group)
    assert topic_statuses(ada, [topic])[topic.pk].outcome.is_accepted, later


def test_others_fates_are_not_mine(ada, jonas, topic, group):
    Submission.objects.submit(write(ada, topic), group)
    theirs = topic_statuses(jonas, [topic])[topic.pk]
    assert (theirs.outcome, short_steps_text(theirs.steps)) == (None, "")


def test_the_list_shows_what_i_have_read_and_how_far_i_am(signed_in, ada, group):
    read(ada, "DPO paper")
    read(ada, "A guide", "reading")
    page = signed_in(ada).get("/list/").content.decode()
    assert 'aria-label="4 sources: 1 read, 1 being read"' in page
    assert 'aria-label="Core read, cross-check started"' in page
    assert "Cross-checking" in page
    assert re.search(r"<b><bdi>Tier 1</bdi></b>\s*1 of 6", page)


# The pages


def test_a_topics_page_shows_my_draft_to_me_alone(signed_in, ada, jonas, topic):
    Draft.save_answers(ada, topic, {topic.list.prompts.first().pk: "The *mixture* and $x$."})
    page = signed_in(ada).get(topic.get_absolute_url()).content.decode()
    assert "Draft, only you can see it" in page
    assert "The <em>mixture</em> and <" in page
    assert "Saved" in page
    for other in (signed_in(jonas), Client()):
        assert "mixture" not in other.get(topic.get_absolute_url()).content.decode()


def test_a_topics_page_shows_what_i_submitted(signed_in, ada, jonas, topic, group):
    first = Submission.objects.submit(write(ada, topic), group)
    review(first, jonas, "request_changes")
    Submission.objects.submit(write(ada, topic, "Better."), group)
    page = signed_in(ada).get(topic.get_absolute_url()).content.decode()
    submitted = page[page.index('id="submitted"') :]
    assert submitted.index("Revision 2") < submitted.index("Revision 1")
    assert submitted.count('class="tag') == 1


def test_a_retired_topic_shows_what_i_wrote_and_asks_for_nothing(signed_in, ada, topic, group):
    write(ada, topic)
    Section.objects.filter(pk=topic.pk).update(retired_at=timezone.now())
    page = signed_in(ada).get(topic.get_absolute_url()).content.decode()
    assert "A knob." in page
    assert 'class="dock"' not in page
    assert 'name="state"' not in page


def test_who_is_not_signed_in_sees_none_of_it_and_learns_what_there_would_be(client, topic):
    for path in ("/list/", topic.get_absolute_url(), Entry.objects.first().source.get_absolute_url()):
        page = client.get(path).content.decode()
        assert "Sign in</a>" in page.partition("<main")[2]
        for personal in ('name="state"', 'class="path"', "path-glyph", 'class="dock"', "Your summary"):
            assert personal not in page, (path, personal)


def test_a_sources_page_has_my_state_at_each_of_its_places(signed_in, ada, topic, reading_list):
    entry = Entry.objects.get(title="DPO paper")
    again = factories.make_entry(topic, "DPO again", source=entry.source, reread=True)
    Reading.objects.set(ada, again, "skipped")
    page = signed_in(ada).get(entry.source.get_absolute_url()).content.decode()
    assert f'id="reading-{entry.pk}-skipped" name="state" value="skipped" aria-pressed="false"' in page
    assert f'id="reading-{again.pk}-skipped" name="state" value="skipped" aria-pressed="true"' in page


# Queries


def count(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def busy(person, reading_list: ReadingList) -> None:
    """Everything read, and a summary in review on each of the first topics."""
    group = factories.make_group(person, factories.make_user(), reading_list=reading_list)
    for entry in Entry.objects.filter(topic__list=reading_list):
        Reading.objects.set(person, entry, "read")
    for topic in reading_list.sections.topics()[:3]:
        Draft.save_answers(person, topic, {})
        Submission.objects.submit(write(person, topic), group)


@pytest.mark.soak_only
def test_ten_times_the_list_takes_as_many_queries(signed_in, ada, db):
    lists = import_both()
    for each in lists:
        busy(ada, each)
    client = signed_in(ada)
    topics = [each.sections.topics().first() for each in lists]
    paths = [
        [each.get_absolute_url() for each in lists],
        [topic.get_absolute_url() for topic in topics],
        [topic.topic_entries.first().source.get_absolute_url() for topic in topics],
    ]
    for few, many in paths:
        assert count(client, few) == count(client, many), few
