"""A topic's page shows what others in one's groups have written on it."""

import re

import pytest

from notes.draft import Draft
from tests import factories
from tests.groups.reviewing import say, show, topic_of
from tests.groups.seen_of_others import others_submissions

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(signed_in, group):
    """A function: the section of the topic's page on others' summaries, for this person; "" without one."""

    def page(person) -> str:
        html = " ".join(signed_in(person).get(topic_of(group).get_absolute_url()).content.decode().split())
        found = re.search(r'<section class="topic-submissions".*?</section>', html)
        return found[0] if found else ""

    return page


def test_accepted_answers_are_folded_until_one_has_written(page, group, ada, jonas):
    assert page(jonas) == ""
    say(show(ada, group, topic_of(group), "A *knob*", "Small.", "Loss."), jonas, "approve")
    before = page(jonas)
    assert "<em>knob</em>" in before
    assert "1 accepted summary, best read after writing yours" in before
    assert "<details open>" not in before
    topic = topic_of(group)
    Draft.save_answers(jonas, topic, {topic.list.prompts.first().pk: "Mine."})
    assert "<details open>" in page(jonas)
    assert page(ada) == "", "one's own stands above"


def test_what_is_in_review_is_a_link_and_an_accepted_revision_stays_beside_a_later_one(page, group, ada, jonas, tomas):
    round = show(tomas, group)
    shown = page(jonas)
    assert f'<a href="{round.submission.get_absolute_url()}"><bdi>Tomás Herrera</bdi></a> · in review since' in shown
    assert "<details" not in shown
    for reviewer in (ada, jonas):
        say(round, reviewer, "approve")
    assert "in review since" not in page(jonas)
    show(tomas, group)
    found = others_submissions(jonas, topic_of(group))
    assert [each.revision.number for each in (*found.accepted, *found.in_review)] == [1, 2]


def test_what_was_withdrawn_or_removed_or_is_another_groups_is_not_shown(page, group, ada, jonas):
    elke = factories.make_user("Elke Sander")
    other = factories.make_group(jonas, elke, reading_list=group.list, name="Beside")
    show(elke, other)
    withdrawn = show(ada, group)
    withdrawn.submission.withdraw()
    assert "Elke" not in page(ada)
    assert page(ada) == ""
    assert "Elke" in page(jonas)
    again = show(ada, group)
    say(again, jonas, "approve")
    assert "Ada" in page(jonas)
    again.submission.remove_from_playbook()
    assert "Ada" not in page(jonas)
