"""How far a group is: members across, topics down."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from groups.members.membership import Membership
from notes.draft import Draft
from notes.reading import Reading
from tests import factories
from tests.groups.reviewing import days, revise, say, show, topic_of
from tests.groups.seen_of_others import progress, readers_of, sidebars


@pytest.fixture
def mei_ling(group):
    person = factories.make_user("Mei-Ling Chen")
    group.memberships.create(person=person)
    return person


def read(person, *entries):
    for entry in entries:
        Reading.objects.set(person, entry, "read")


def place(group, viewer, person, topic=None):
    """Where a person stands in the first topic, for this viewer."""
    topic = topic or topic_of(group)
    rows = [row for tier in progress(group, viewer).tiers for row in tier.rows if row.topic == topic]
    return next(each for each in rows[0].cells if each.column.person_id == person.pk)


def word(place) -> str:
    """How far they are, as the pages say it."""
    return " ".join(render_to_string("groups/reviews/progress_words.html", {"cell": place}).split())


def readers(viewer, entries) -> list[str]:
    """How many others have read each, as the pages say it."""
    template, others = "groups/overview/read_by.html#words", readers_of(viewer, entries[0].topic, entries)
    said = [render_to_string(template, {"count": entry.read_count, "others": others}) for entry in entries]
    return [" ".join(each.split()) for each in said]


def test_rows_are_the_lists_topics_under_their_tiers_and_columns_the_members(group, ada):
    plan = progress(group, ada)
    assert [(tier.name, [row.topic.short_name for row in tier.rows]) for tier in plan.tiers] == [
        ("Tier 1 — Core", ["Post-training", "Efficiency"]),
        ("Tier 2 — Judgment", ["Refusals"]),
    ]
    assert [(column.name, column.mine) for column in plan.columns] == [("Ada", True), ("Jonas", False)]


def test_topics_beside_the_tiers_stand_by_themselves(group, ada):
    factories.make_section(group.list, "topic", "Frontier (optional)")
    assert progress(group, ada).tiers[-1].name == "Frontier"
    factories.make_section(group.list, "topic", "Another")
    assert progress(group, ada).tiers[-1].name == "Topics without a tier"


def test_members_of_one_first_name_are_told_apart(group, ada):
    group.memberships.create(person=factories.make_user("Ada Byron"))
    assert [column.name for column in progress(group, ada).columns] == ["Ada Okafor", "Jonas", "Ada Byron"]


def test_a_draft_begins_a_summary_and_submitting_it_here_does_it(group, ada, jonas):
    topic = topic_of(group)
    Draft.objects.create(author=jonas, topic=topic, answers={}, lines=1)
    assert (place(group, ada, jonas).steps.summarised, word(place(group, ada, jonas))) == ("now", "writing")
    show(jonas, group, topic)
    there = place(group, ada, jonas)
    assert (there.steps.summarised, there.steps.reviewed, word(there)) == ("done", "now", "in review")


def test_what_was_shown_to_another_group_has_only_begun_here(group, ada, jonas):
    elsewhere = factories.make_group(jonas, reading_list=group.list, name="Elsewhere")
    show(jonas, elsewhere, topic_of(group))
    assert place(group, ada, jonas).steps.summarised == "now"
    assert place(elsewhere, jonas, jonas).steps.summarised == "done"


def test_a_request_for_changes_gives_the_next_step_back_to_the_author(group, ada, jonas):
    round = show(jonas, group)
    say(round, ada, "request_changes")
    there = place(group, ada, jonas)
    assert (there.steps.summarised, there.steps.reviewed, word(there)) == ("done", "todo", "changes requested")
    show(jonas, group, at=days(1))
    assert word(place(group, ada, jonas)) == "in review"


def test_an_accepted_summary_stays_accepted(group, ada, jonas, mei_ling):
    round = show(jonas, group)
    say(round, ada, "approve")
    say(round, mei_ling, "approve")
    assert place(group, ada, jonas).steps.accepted
    show(jonas, group, at=days(1))
    assert word(place(group, ada, jonas)) == "accepted"


def test_what_was_taken_back_is_not_in_review(group, ada, jonas):
    show(jonas, group).submission.withdraw()
    there = place(group, ada, jonas)
    assert (there.review_outcome, there.steps.summarised) == (None, "now")


def test_hidden_reading_is_hidden_from_the_others_only(group, ada, jonas):
    Membership.objects.filter(person=jonas).update(hides_reading=True)
    read(jonas, topic_of(group).topic_entries.first())
    theirs, own = place(group, ada, jonas), place(group, jonas, jonas)
    assert (theirs.steps.hidden, theirs.steps.core, word(theirs)) == (True, "todo", "reading hidden")
    assert (own.steps.hidden, own.steps.core) == (False, "done")
    assert [column.name for column in progress(group, ada).hidden] == ["Jonas"]
    assert not progress(group, jonas).hidden


def test_what_somebody_who_hides_submits_is_shown(group, ada, jonas):
    Membership.objects.filter(person=jonas).update(hides_reading=True)
    show(jonas, group)
    there = place(group, ada, jonas)
    assert (there.steps.core, there.steps.reviewed, word(there)) == ("todo", "now", "in review")


def test_the_margin_shows_the_others_of_each_group_that_reads_the_list(group, ada, jonas, mei_ling):
    second = factories.make_group(ada, jonas, reading_list=group.list, name="SuggestionVote")
    second.memberships.filter(person=jonas).update(hides_reading=True)
    factories.make_group(ada, reading_list=factories.make_list("Another", is_default=False), name="Other list")
    topic = topic_of(group)
    read(jonas, topic.topic_entries.first())
    show(mei_ling, group, topic)
    margins = sidebars(ada, topic, [second, group])
    assert [(str(each.group), [(place.column.name, word(place)) for place in each.others]) for each in margins] == [
        ("SuggestionVote", [("Jonas", "reading hidden")]),
        ("Thursday post-training", [("Jonas", "core read"), ("Mei-Ling", "in review")]),
    ]


def test_a_topic_page_shows_my_group_and_nobody_elses(signed_in, client, group, ada, jonas, stranger):
    topic = topic_of(group)
    read(jonas, topic.topic_entries.first())
    page = " ".join(signed_in(ada).get(topic.get_absolute_url()).content.decode().split())
    assert "<b><bdi>Jonas</bdi></b> core read" in page
    assert f"/groups/{group.pk}/threads/new/?topic={topic.pk}" in page
    for other in (client, signed_in(stranger)):
        assert "Jonas" not in other.get(topic.get_absolute_url()).content.decode()


def test_other_readers_are_counted_among_those_who_show_it(group, ada, jonas, mei_ling, stranger):
    first, second, *_ = entries = list(topic_of(group).topic_entries.all())
    read(jonas, first)
    read(mei_ling, first)
    read(ada, first, second)
    read(stranger, second)
    Membership.objects.filter(person=mei_ling).update(hides_reading=True)
    assert readers(ada, entries)[:3] == [
        "Jonas has read it",
        "Jonas hasn’t read it yet",
        "Jonas hasn’t read it yet",
    ]
    assert readers(mei_ling, entries)[:2] == ["2 of 2 other members have read it", "1 of 2 other members has read it"]
    assert readers_of(stranger, entries[0].topic, entries) == []


def test_a_source_page_counts_its_readers_and_lists_what_rests_on_it(signed_in, group, ada, jonas, stranger):
    entry = topic_of(group).topic_entries.first()
    read(jonas, entry)
    show(jonas, group, topic_of(group))
    page = signed_in(ada).get(entry.source.get_absolute_url()).content.decode()
    assert "Jonas has read it" in page
    assert "Used in these summaries" in page
    other = signed_in(stranger).get(entry.source.get_absolute_url()).content.decode()
    assert "Used in these summaries" not in other
    assert "has read it" not in other


@pytest.mark.parametrize("path", ["group", "topic", "source"])
@pytest.mark.soak_only
def test_pages_cost_the_same_however_many_members_topics_groups_and_summaries(
    signed_in, group, ada, jonas, path, django_assert_num_queries
):
    client = signed_in(ada)
    topic = topic_of(group)
    address = {
        "group": group.get_absolute_url(),
        "topic": topic.get_absolute_url(),
        "source": topic.topic_entries.first().source.get_absolute_url(),
    }[path]
    show(jonas, group)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    for _ in range(10):
        section = factories.make_section(group.list, "topic", "More", topic.parent)
        factories.make_entry(section, "More", source=topic.topic_entries.first().source)
        person = factories.make_user()
        group.memberships.create(person=person, hides_reading=person.pk % 2 == 0)
        factories.make_group(ada, person, reading_list=group.list)
        revise(person, section)
        show(person, group, section)
    with django_assert_num_queries(len(before)):
        client.get(address)


def test_the_plan_says_whose_reading_is_private_and_where_nobody_has_begun(signed_in, group, ada, jonas):
    Membership.objects.filter(person=jonas).update(hides_reading=True)
    page = signed_in(ada).get(group.get_absolute_url()).content.decode()
    assert "Jonas hides their reading." in page
    assert "1 topic · not started yet" in page


def test_the_primary_action_is_there_when_something_waits_for_me(signed_in, group, ada, jonas):
    action = f'action="/groups/{group.pk}/reviews/next/"'
    assert action not in signed_in(ada).get(group.get_absolute_url()).content.decode()
    show(jonas, group)
    assert action in signed_in(ada).get(group.get_absolute_url()).content.decode()
    own = signed_in(jonas).get(group.get_absolute_url()).content.decode()
    assert action not in own
    assert "In review" in own


def test_what_was_accepted_lately_stands_on_its_page(signed_in, group, ada, jonas):
    say(show(jonas, group), ada, "approve")
    page = signed_in(ada).get(group.get_absolute_url()).content.decode()
    assert "Recently accepted" in page
    assert "No summary is in review." in page


def test_my_groups_say_what_waits_in_each(signed_in, group, ada, jonas, stranger):
    show(jonas, group)
    assert "1 summary you can review" in signed_in(ada).get("/groups/").content.decode()
    assert "Nothing for you to review" in signed_in(jonas).get("/groups/").content.decode()
    assert "Create group" in signed_in(stranger).get("/groups/").content.decode()


def test_the_plan_leads_to_what_was_submitted_and_to_its_members(signed_in, group, ada, jonas):
    round, mine = show(ada, group), group.memberships.get(person=ada)
    page = signed_in(jonas).get(group.get_absolute_url()).content.decode()
    cell = page.split(f'<a href="{round.submission.get_absolute_url()}"><svg class="path-glyph"')
    assert len(cell) == 2
    assert 'aria-label="\u2068Ada\u2069' in cell[1][:300] or 'aria-label="Ada' in cell[1][:300]
    assert f'href="/groups/{group.pk}/members/#member-{mine.person_id}"' in page
    assert f'id="member-{mine.person_id}"' in signed_in(jonas).get(f"/groups/{group.pk}/members/").content.decode()
