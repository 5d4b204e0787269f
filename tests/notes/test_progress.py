"""How far people are with topics."""

import pytest
from django.contrib.auth.models import AnonymousUser

from catalog.outline.entry import Entry
from catalog.outline.section import Section
from notes import progress
from notes.draft import Draft
from notes.notebook import notebooks_for
from notes.progress import entry_query, step_queries
from notes.progress_text import short_steps_text, steps_text
from notes.reading import Reading
from notes.revision import Revision
from notes.steps import Steps, StepState
from tests import factories

TODO, NOW, DONE = StepState.TODO, StepState.NOW, StepState.DONE


class Member:
    def __init__(self, person, hides_reading=False):
        self.person_id, self.hides_reading = person.pk, hides_reading


@pytest.fixture
def make_topic(reading_list):
    """A function: a topic of sources with these roles, named A, B, C…"""

    def make(*roles: str) -> Section:
        topic = factories.make_section(reading_list, "topic", "A topic")
        for name, role in zip("ABCDEFGH", roles, strict=False):
            factories.make_entry(topic, name, role=role)
        return topic

    return make


def read(person, topic: Section, **states: str) -> None:
    for name, state in states.items():
        Reading.objects.set(person, topic.topic_entries.get(title=name), state)


def steps_for(members: list[Member], topics: list[Section]) -> dict[tuple[int, int], Steps]:
    """The steps of people as groups see them."""
    keys, people = [topic.pk for topic in topics], [member.person_id for member in members if not member.hides_reading]
    return progress.steps_of(members, topics, entry_query(keys), *step_queries(people, keys))


def steps_of(person, topic: Section) -> Steps:
    """A person's steps as others see them, who see what they see themselves."""
    steps = steps_for([Member(person)], [topic])[person.pk, topic.pk]
    assert notebooks_for(person, [topic])[topic.pk].steps == steps
    return steps


CORE, PRACTITIONER, SUPPORTING, CASE, NONE = "core", "practitioner", "supporting", "case_study", ""

CASES = [
    # roles of A, B, C…                  states                                    core, cross-checked
    ([CORE, CORE, PRACTITIONER], {}, TODO, TODO),
    ([CORE, CORE, PRACTITIONER], {"A": "want", "C": "want"}, TODO, TODO),
    ([CORE, CORE, PRACTITIONER], {"A": "reading"}, NOW, TODO),
    ([CORE, CORE, PRACTITIONER], {"A": "read"}, DONE, TODO),
    ([CORE, CORE, PRACTITIONER], {"A": "read", "B": "reading"}, DONE, TODO),
    ([CORE, CORE, PRACTITIONER], {"A": "read", "B": "read"}, DONE, TODO),
    ([CORE, CORE, PRACTITIONER], {"A": "read", "C": "reading"}, DONE, NOW),
    ([CORE, CORE, PRACTITIONER], {"A": "read", "C": "read"}, DONE, DONE),
    ([CORE, CORE, PRACTITIONER], {"C": "reading"}, TODO, NOW),
    ([CORE, CORE, PRACTITIONER], {"C": "read"}, TODO, NOW),
    ([CORE, CORE, PRACTITIONER], {"A": "reading", "C": "read"}, NOW, NOW),
    ([CORE, CORE, PRACTITIONER], {"A": "skipped", "C": "skipped"}, TODO, TODO),
    ([CORE, CORE, PRACTITIONER], {"A": "read", "C": "skipped"}, DONE, TODO),
    # no practitioner: any second source checks the core
    ([CORE, CORE, SUPPORTING], {"A": "read", "B": "read"}, DONE, DONE),
    ([CORE, CORE, SUPPORTING], {"A": "read", "C": "read"}, DONE, DONE),
    ([CORE, CORE, SUPPORTING], {"A": "read", "B": "reading"}, DONE, NOW),
    ([CORE, CORE, SUPPORTING], {"C": "read"}, TODO, NOW),
    # no core named: any source is the core
    ([NONE, NONE, NONE], {"B": "read"}, DONE, TODO),
    ([NONE, NONE, NONE], {"B": "reading"}, NOW, TODO),
    ([NONE, NONE, NONE], {"A": "reading", "B": "reading"}, NOW, NOW),
    ([NONE, NONE, NONE], {"B": "read", "C": "reading"}, DONE, NOW),
    ([NONE, NONE, NONE], {"B": "read", "C": "read"}, DONE, DONE),
    ([CASE, CASE], {"A": "read", "B": "read"}, DONE, DONE),
    # no core named, but a practitioner: it can be the core or the check, not both
    ([NONE, PRACTITIONER], {"B": "read"}, DONE, TODO),
    ([NONE, PRACTITIONER], {"A": "reading", "B": "read"}, DONE, NOW),
    ([NONE, PRACTITIONER], {"A": "read", "B": "read"}, DONE, DONE),
    ([NONE, NONE, PRACTITIONER], {"A": "read", "B": "read"}, DONE, TODO),
    ([NONE, PRACTITIONER, PRACTITIONER], {"B": "read", "C": "read"}, DONE, DONE),
    # one source: nothing to check it against
    ([CORE], {}, TODO, TODO),
    ([NONE], {"A": "reading"}, NOW, TODO),
    ([NONE], {"A": "read"}, DONE, DONE),
    # none at all
    ([], {}, TODO, TODO),
]


@pytest.mark.parametrize(("roles", "states", "core", "cross_checked"), CASES)
def test_steps_follow_from_what_was_read(make_topic, ada, roles, states, core, cross_checked):
    topic = make_topic(*roles)
    read(ada, topic, **states)
    steps = steps_of(ada, topic)
    assert (steps.core, steps.cross_checked) == (core, cross_checked)
    assert steps.needs_cross_check == (len(roles) > 1)


def test_a_topic_of_one_source_says_that_nothing_checks_it(make_topic, ada):
    topic = make_topic(CORE)
    read(ada, topic, A="read")
    assert steps_text(steps_of(ada, topic)) == "core read, no cross-check needed"


def test_a_source_in_two_places_of_a_topic_cannot_check_itself(make_topic, ada):
    topic = make_topic(CORE, SUPPORTING)
    core = topic.topic_entries.get(title="A")
    factories.make_entry(topic, "A again", source=core.source, role=PRACTITIONER)
    read(ada, topic, A="read")
    assert steps_of(ada, topic).cross_checked == TODO
    read(ada, topic, B="read")
    assert steps_of(ada, topic).cross_checked == DONE


def test_what_is_read_elsewhere_counts_here_but_for_a_re_read(make_topic, ada):
    there, here, again = make_topic(NONE), make_topic(NONE, NONE), make_topic(NONE, NONE)
    source = there.topic_entries.get().source
    factories.make_entry(here, "The same", source=source)
    place = factories.make_entry(again, "The same, again", source=source, reread=True)
    read(ada, there, A="read")
    assert steps_of(ada, here).core == DONE
    assert steps_of(ada, again).core == TODO
    Reading.objects.set(ada, place, "read")
    assert steps_of(ada, again).core == DONE


def test_having_read_again_does_not_count_where_it_was_to_be_read_first(make_topic, ada):
    first, again = make_topic(NONE), make_topic(NONE)
    place = factories.make_entry(again, "Again", source=first.topic_entries.get().source, reread=True)
    Reading.objects.set(ada, place, "read")
    assert steps_of(ada, first).core == TODO


def test_retired_entries_count_for_nothing(make_topic, ada):
    topic = make_topic(CORE, NONE)
    read(ada, topic, A="read")
    Entry.objects.filter(topic=topic, title="A").update(retired_at="2026-01-01T00:00Z")
    assert steps_of(ada, topic).core == TODO


def test_a_draft_begins_the_summary_and_a_revision_makes_it(make_topic, ada, reading_list):
    topic, prompt = make_topic(NONE), reading_list.prompts.first()
    assert steps_of(ada, topic).summarised == TODO
    Draft.save_answers(ada, topic, {prompt.pk: "A beginning."})
    assert steps_of(ada, topic).summarised == NOW
    assert steps_text(steps_of(ada, topic)) == "summary started"
    Revision.freeze(ada, topic, {prompt.pk: "The whole."})
    assert steps_of(ada, topic).summarised == DONE


def test_others_see_nothing_of_who_hides_their_reading(make_topic, ada, jonas, reading_list):
    topic = make_topic(CORE, PRACTITIONER)
    for person in (ada, jonas):
        read(person, topic, A="read", B="read")
        Draft.save_answers(person, topic, {reading_list.prompts.first().pk: "Mine."})
    steps = steps_for([Member(ada), Member(jonas, hides_reading=True)], [topic])
    assert steps_text(steps[ada.pk, topic.pk]) == "core read, cross-checked, summary started"
    hidden = steps[jonas.pk, topic.pk]
    assert hidden.hidden
    assert not hidden.begun
    assert list(hidden) == [TODO] * 4
    assert steps_text(hidden) == "reading hidden"


def test_a_group_lays_its_facts_over(make_topic, ada):
    topic = make_topic(CORE, PRACTITIONER)
    read(ada, topic, A="read")
    steps = steps_of(ada, topic).with_review(summarised=DONE, reviewed=NOW)
    assert steps_text(steps) == "core read, summarised, in review"
    assert short_steps_text(steps) == "In review"
    assert steps_text(steps.with_review(reviewed=DONE, accepted=True)) == "accepted"


@pytest.mark.parametrize(
    ("states", "word"),
    [
        ({}, ""),
        ({"A": "reading"}, "Reading"),
        ({"A": "read"}, "Cross-check next"),
        ({"A": "read", "B": "reading"}, "Cross-checking"),
        ({"A": "read", "B": "read"}, "Summary next"),
    ],
)
def test_a_word_says_where_one_stands(make_topic, ada, states, word):
    topic = make_topic(CORE, PRACTITIONER)
    read(ada, topic, **states)
    assert short_steps_text(steps_of(ada, topic)) == word


def test_steps_in_many_topics_take_one_query(make_topic, jonas, django_assert_num_queries):
    topics = [make_topic(CORE, PRACTITIONER), *(make_topic(NONE, NONE, NONE) for _ in range(10))]
    with django_assert_num_queries(1):
        notebooks_for(jonas, topics)


def test_who_is_not_signed_in_has_no_notebook(make_topic, client):
    topic = make_topic(CORE)
    assert notebooks_for(AnonymousUser(), [topic]) == {}
