"""The author's side of a second round in a browser: answers to comments, and every version of the text."""

import re

import pytest
from playwright.sync_api import expect

from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.verdict import Verdict
from notes.draft import Draft
from tests import factories
from tests.groups.reviewing import days, revise, say, show, take, topic_of
from tests.length import SCRIPTS

FORMULA = "Beta, as in $$" + "\\sum_{i=1}^{n} a_i + " * 6 + "0$$"


@pytest.fixture
def people(transactional_db):
    return factories.make_user("Ada Okafor"), factories.make_user("Jonas Lind"), factories.make_user("Tomás Herrera")


@pytest.fixture
def group(people):
    return factories.make_group(*people)


@pytest.fixture
def topic(group, people):
    """Ada's summary in two versions; Jonas comments on both, and the first is answered."""
    ada, jonas, _ = people
    topic = topic_of(group)
    first = show(ada, group, topic, FORMULA, "When it is small.", "Win rate.", at=days(-4))
    review = say(first, jonas, "request_changes", "How *small*?", at=days(-3))
    second = show(ada, group, topic, FORMULA, "When the labels are nearly deterministic.", "Win rate.", at=days(-2))
    replies = [CommentReply(verdict=verdict, response="disagree") for verdict in review.verdicts.all()]
    for reply in replies:
        reply.set_text("It is the **data**.")
    CommentReply.objects.save_for(second, replies)
    verdicts = [
        Verdict(answer=answer, value="needs_work", comment="Which?") for answer in second.revision.answers.all()
    ]
    Review.objects.submit(take(second, jonas, days(-1)), "request_changes", "Almost there.", verdicts, now=days(-1))
    return topic


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_a_comment_is_answered_where_it_stands_and_kept_with_the_draft(page_for, console, people, topic, javascript):
    console.expect("422")
    page = page_for(people[0], javascript=javascript)
    page.goto(f"{topic.get_absolute_url()}summary/")
    for prompt in factories.PROMPTS:
        page.get_by_label(prompt).fill("Two lines of them: " + "word " * 16)
    answer = page.get_by_role("group", name=f"Your reply to Jonas on “{factories.PROMPTS[1]}”")
    answer.get_by_label("Disagree").check()
    expect(page.get_by_text(f"You replied to {int(javascript)} of 4 comments")).to_be_visible()
    page.get_by_role("button", name="Submit for review").click()
    expect(answer.get_by_label("Reply")).to_be_focused()
    expect(answer).to_contain_text("Say why you disagree.")
    answer.get_by_label("Reply").fill("It is the data.")
    page.get_by_role("button", name="Submit for review").click()
    page.goto(f"{topic.get_absolute_url()}summary/")
    expect(answer.get_by_label("Disagree")).to_be_checked()


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_a_version_is_restored_after_asking_about_the_draft(page_for, people, topic, javascript, console):
    console.expect("409")
    prompt = topic.list.prompts.first()
    Draft.save_answers(people[0], topic, {prompt.pk: "Half a thought."})
    page = page_for(people[0], javascript=javascript)
    page.goto(topic.get_absolute_url())
    page.get_by_role("link", name="All 2 revisions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From revision 1 to 2")
    page.get_by_label("with", exact=True).select_option("Revision 1")
    page.get_by_role("button", name="Compare revisions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revision 1")
    page.get_by_role("button", name=re.compile("Restore.*Revision 1")).click()
    expect(page.get_by_text("Half a thought.")).to_be_visible()
    page.get_by_role("button", name="Replace draft with revision 1").click()
    expect(page.get_by_label(factories.PROMPTS[1])).to_have_value("When it is small.")


@pytest.mark.soak
def test_the_pages_of_a_second_round_have_no_fault(looking, people, group, topic, console):
    console.expect("409")
    window, place = looking(people[0]), topic.get_absolute_url()
    third = revise(people[0], topic, "Beta.", "When it is small.", "Win rate.")
    window.visit(f"{place}summary/")
    window.visit(f"{place}summary/revisions/?from={third.number}&to=1")
    Draft.save_answers(people[0], topic, {topic.list.prompts.first().pk: "wide" * 300})
    window.visit(f"{place}summary/revisions/")
    window.page.get_by_role("button", name=re.compile("Restore.*Revision 1")).click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Restore revision 1?")
    window.look("two texts to choose from")
    window.visit(group.submissions.get().get_absolute_url())
    expect(window.page.get_by_text("It is the data.").first).to_be_visible()
    assert window.found_nothing()
