"""Drafts and revisions: what is kept of a summary."""

import re
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from notes.draft import Draft
from notes.forms import SummaryForm
from notes.notebook import notebooks_for
from notes.reading import Reading
from notes.revision import Revision
from notes.summary import Summary
from readlist_site.base.drafts import StaleDraft
from readlist_site.base.text import MAX_LENGTH, RENDERER_VERSION, as_sent
from tests import factories
from tests.base.text.cases import CASES
from tests.base.text.html import outline

LINE = "It has one line."
TWO = "word " * 20


@pytest.fixture
def topic(reading_list):
    return Section.objects.get(title__startswith="1. Post-training")


@pytest.fixture
def prompts(reading_list):
    return list(reading_list.prompts.not_retired())


@pytest.fixture
def sources(topic):
    return list(topic.topic_entries.values_list("source_id", flat=True))


@pytest.fixture
def bound(ada, topic, prompts):
    """A function: Ada's form with these answers, submitted or not."""

    def bound(*answers: str, submitting: bool = False, **data) -> SummaryForm:
        data |= {f"answer_{prompt.pk}": answer for prompt, answer in zip(prompts, answers, strict=False)}
        form = SummaryForm(notebooks_for(ada, [topic])[topic.pk], data, submitting=submitting)
        form.is_valid()
        return form

    return bound


def names(prompts, *numbers: int) -> list[str]:
    return [f"answer_{prompts[number].pk}" for number in numbers]


# Drafts


def test_a_draft_is_one_per_topic_and_replaced_by_who_has_seen_it(ada, topic, prompts, sources):
    first = Draft.save_answers(ada, topic, {prompts[0].pk: "First."}, sources[:1])
    second = {prompts[0].pk: f"SuggestionVote, $x^2$.\n\n{TWO}"}
    with pytest.raises(StaleDraft):
        Draft.save_answers(ada, topic, second, sources[1:2])
    Draft.save_answers(ada, topic, second, sources[1:2], seen=first.version_token)
    draft = Draft.objects.get()
    assert draft.answers == {str(prompts[0].pk): f"SuggestionVote, $x^2$.\n\n{TWO}"}
    assert draft.based_on == sources[1:2]
    assert draft.lines == 3
    assert '<p dir="auto">SuggestionVote' in draft.answers_html[str(prompts[0].pk)]
    assert draft.renderer == RENDERER_VERSION


def test_drafts_and_summaries_are_their_authors_alone(ada, jonas, topic, prompts):
    Draft.save_answers(ada, topic, {prompts[0].pk: "Mine."})
    Revision.freeze(ada, topic, {prompts[0].pk: "Mine."})
    for model in (Draft, Summary, Revision):
        assert model.objects.visible_to(ada).count() == 1
        assert not model.objects.visible_to(jonas).exists()
        assert not model.objects.visible_to(AnonymousUser()).exists()
    assert notebooks_for(jonas, [topic])[topic.pk].latest_answers() == ({}, [])


# Revisions


def test_freezing_keeps_the_words_of_prompts_and_sources(ada, topic, prompts, sources):
    revision = Revision.freeze(
        ada, topic, {prompts[2].pk: "Loss.", prompts[0].pk: "\n$\\beta$.\n\n"}, [sources[2], sources[0]]
    )
    prompts[0].text = "Reworded?"
    prompts[0].save()
    Entry.objects.filter(topic=topic).update(title="Renamed")
    assert (revision.number, revision.lines, revision.summary.author) == (1, 2, ada)
    kept = [(answer.position, answer.prompt_text, answer.body) for answer in revision.answers.all()]
    assert kept == [(1, factories.PROMPTS[0], "$\\beta$."), (2, factories.PROMPTS[2], "Loss.")]
    assert "<math" in revision.answers.first().body_html
    rests = [(each.position, each.title, each.role) for each in revision.based_on.all()]
    assert rests == [(1, "DPO paper", "core"), (2, "A post from the field", "practitioner")]


def test_a_changed_text_is_the_next_revision_and_the_same_one_is_not(ada, topic, prompts, sources):
    said = {prompts[0].pk: "Beta."}
    first = Revision.freeze(ada, topic, said, sources[:1])
    assert Revision.freeze(ada, topic, said, sources[:1]) == first
    assert Revision.freeze(ada, topic, {prompts[0].pk: "Beta.\n"}, sources[:1]) == first
    assert Revision.freeze(ada, topic, {prompts[0].pk: "Alpha."}, sources[:1]).number == 2
    assert Revision.freeze(ada, topic, {prompts[0].pk: "Alpha."}, sources[:2]).number == 3
    assert Revision.freeze(ada, topic, said, sources[:1]).number == 4
    Prompt.objects.filter(pk=prompts[0].pk).update(text="Reworded?")
    assert Revision.freeze(ada, topic, said, sources[:1]).number == 5
    assert Summary.objects.count() == 1


def test_freezing_leaves_out_what_is_retired_or_belongs_elsewhere(ada, topic, prompts, sources):
    other = factories.make_list("Another list", is_default=False)
    foreign = other.prompts.first()
    Prompt.objects.filter(pk=prompts[1].pk).update(retired_at=timezone.now())
    Entry.objects.filter(topic=topic, source=sources[1]).update(retired_at=timezone.now())
    answers = {
        prompts[0].pk: "Kept.",
        prompts[1].pk: "Retired.",
        prompts[2].pk: "  \n",
        foreign.pk: "Foreign.",
        99999: "?",
    }
    elsewhere = Entry.objects.exclude(topic=topic).first().source_id
    revision = Revision.freeze(ada, topic, answers, [*sources[:2], elsewhere, 99999])
    assert [answer.body for answer in revision.answers.all()] == ["Kept."]
    assert [each.source_id for each in revision.based_on.all()] == sources[:1]


@pytest.mark.django_db(transaction=True)
def test_two_freezes_in_the_same_moment_are_two_revisions():
    reading_list = factories.make_list()
    ada, topic = factories.make_user("Ada Okafor"), reading_list.sections.topics().first()
    prompt, both, failed = reading_list.prompts.first(), Barrier(2), []

    def freeze(text):
        try:
            both.wait()
            Revision.freeze(ada, topic, {prompt.pk: text})
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=freeze, args=[text]) for text in ("One.", "Another.")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert list(Revision.objects.values_list("number", flat=True)) == [1, 2]


# The form


def test_the_form_begins_with_what_was_last_written(ada, topic, prompts, sources):
    def begun() -> tuple:
        form = SummaryForm(notebooks_for(ada, [topic])[topic.pk])
        return [row.field.value() or "" for row in form.rows()], [basis.chosen for basis in form.bases()]

    assert begun() == (["", "", ""], [False] * 4)
    for name, state in (("GRPO paper", "read"), ("A guide", "reading"), ("DPO paper", "skipped")):
        Reading.objects.set(ada, Entry.objects.get(title=name), state)
    assert begun() == (["", "", ""], [False, True, False, True])
    Revision.freeze(ada, topic, {prompts[0].pk: "Frozen."}, sources[:1])
    assert begun() == (["Frozen.", "", ""], [True, False, False, False])
    Draft.save_answers(ada, topic, {prompts[1].pk: "Drafted."}, [])
    assert begun() == (["", "Drafted.", ""], [False] * 4)


def test_a_draft_may_say_anything_of_bearable_length(bound):
    assert not bound("", "", "").errors
    assert not bound("x" * MAX_LENGTH).errors
    assert not bound().errors


def test_too_long_an_answer_is_said_at_its_place_and_not_cut(bound, prompts):
    form = bound("Short.", "y" * (MAX_LENGTH + 1))
    assert list(form.errors) == names(prompts, 1)
    assert "20000" in str(form.errors)
    assert not form.can_be_saved
    rows = form.rows()
    assert rows[1].field.value() == "y" * (MAX_LENGTH + 1)
    assert [row.rendered is None for row in rows] == [False, True, False]
    assert "maxlength" not in str(rows[1].field)


def test_what_no_keyboard_types_is_dropped_and_lines_end_alike(bound, prompts):
    assert bound("a\0b\r\nc\rd").answers[prompts[0].pk] == "ab\nc\nd"


def test_leading_spaces_stay_since_they_mean_something(bound, prompts):
    assert bound("    code\n").answers[prompts[0].pk] == "    code\n"


def test_unknown_prompts_and_sources_are_ignored(bound, sources):
    form = bound(
        LINE, answer_99999="?", answer_x="?", based_on=[str(sources[1]), "99999", "x", "-1", "\0", str(sources[1])]
    )
    assert not form.errors
    assert form.based_on == [sources[1]]
    assert len(form.answers) == 3


def test_a_huge_choice_of_sources_costs_nothing(bound, sources):
    form = bound(LINE, based_on=[*map(str, range(100_000, 200_000)), str(sources[0])])
    assert form.based_on == sources[:1]


def test_submitting_asks_for_every_answer(bound, prompts, sources):
    form = bound(TWO * 3, " \n", "[nothing]: https://example.org", submitting=True, based_on=sources[:1])
    assert list(form.errors) == names(prompts, 1, 2)
    assert form.errors[names(prompts, 1)[0]] == ["Answer this prompt."]
    assert form.can_be_saved


@pytest.mark.parametrize("hollow", ["-", "-\n-\n-", "1.", "```\n```", ">", "---"])
def test_an_empty_list_or_fence_is_no_answer(bound, prompts, sources, hollow):
    form = bound(TWO * 2, hollow, TWO, submitting=True, based_on=sources[:1])
    assert form.errors.get(names(prompts, 1)[0]) == ["Answer this prompt."]


@pytest.mark.parametrize("answer", ["$\\beta$", "$$\n\\beta\n$$", "`knob`", "```\nknob\n```", "- β"])
def test_a_formula_or_code_is_an_answer(bound, sources, answer):
    assert not bound(TWO * 2, answer, TWO, submitting=True, based_on=sources[:1]).errors


@pytest.mark.parametrize(
    ("answers", "at", "words"),
    [
        ((LINE, LINE, TWO), 0, "4 lines in all"),
        ((TWO * 6, TWO * 2, LINE), 0, "in all answers together. Shorten them to 10"),
    ],
)
def test_submitting_asks_for_five_to_ten_lines(bound, prompts, sources, answers, at, words):
    form = bound(*answers, submitting=True, based_on=sources[:1])
    assert list(form.errors) == names(prompts, at)
    assert words in str(form.errors)


@pytest.mark.parametrize("answers", [(TWO, TWO, LINE), (TWO * 2, TWO * 2, TWO)])
def test_five_and_ten_lines_are_welcome(bound, sources, answers):
    form = bound(*answers, submitting=True, based_on=sources[:1])
    assert form.meter.lines in (5, 8, 10)
    assert not form.errors


def test_submitting_asks_for_a_source(bound, sources):
    assert list(bound(TWO, TWO, LINE, submitting=True).errors) == ["based_on"]
    assert bound(TWO, TWO, LINE, submitting=True).based_on_takes_focus


def test_a_topic_without_sources_asks_for_none(ada, reading_list, prompts):
    empty = factories.make_section(reading_list, "topic", "Empty")
    data = {f"answer_{prompt.pk}": TWO for prompt in prompts}
    assert SummaryForm(notebooks_for(ada, [empty])[empty.pk], data, submitting=True).is_valid()


def test_a_list_without_prompts_has_nothing_to_submit(bound, reading_list, sources):
    reading_list.prompts.all().delete()
    form = bound(submitting=True, based_on=sources[:1])
    assert form.non_field_errors()


def test_a_problem_with_a_formula_is_told_and_keeps_nobody_from_submitting(bound, sources):
    form = bound(f"{TWO}\n\n$\\nosuchcommand$", TWO, LINE, submitting=True, based_on=sources[:1])
    assert not form.errors
    assert form.rows()[0].rendered.problems


@pytest.mark.parametrize("bad", ["$" + r"\lAngle" * 28 + "$", "![" * 9_000], ids=["a formula", "the whole"])
def test_what_takes_too_long_is_not_frozen_and_stays_in_the_draft(bound, prompts, sources, bad):
    answers = (f"a {bad}", "b\n\nc", "d\n\ne")
    form = bound(*answers, submitting=True, based_on=sources[:1])
    assert list(form.errors) == names(prompts, 0)
    assert form.rows()[0].rendered.refusal in str(form.errors)
    assert form.rows()[0].field.value() == f"a {bad}"
    assert bound(*answers).is_valid()


def test_the_answer_to_a_prompt_that_was_retired_stays_in_the_draft(bound, ada, topic, prompts):
    before = Draft.save_answers(ada, topic, {prompts[1].pk: "Written before."})
    Prompt.objects.filter(pk=prompts[1].pk).update(retired_at=timezone.now())
    form = bound(LINE)
    assert len(form.rows()) == 2
    assert form.save_draft(ada, seen=before.version_token).answers[str(prompts[1].pk)] == "Written before."


def test_a_blank_text_drops_no_draft_that_was_saved_in_the_same_moment(bound, ada, topic, prompts):
    before = Draft.save_answers(ada, topic, {prompts[0].pk: "Seen."})
    form = bound("", "")
    assert form.is_valid()
    Draft.save_answers(ada, topic, {prompts[0].pk: "Saved since."}, seen=before.version_token)
    with pytest.raises(StaleDraft):
        form.save_draft(ada, seen=before.version_token)
    assert Draft.objects.get().answers[str(prompts[0].pk)] == "Saved since."


def test_private_comments_are_left_out_of_a_revision_and_stay_in_the_draft(ada, topic, prompts):
    answers = {prompt.pk: f"{LINE}\n%% ask Jonas %%" for prompt in prompts}
    draft = Draft.save_answers(ada, topic, answers)
    revision = Revision.freeze(ada, topic, answers)
    assert {answer.body for answer in revision.answers.all()} == {LINE}
    assert draft.finish_submission(revision.number)
    draft.refresh_from_db()
    assert (draft.base_number, draft.answers) == (
        1,
        {str(prompt.pk): text for prompt, text in zip(prompts, answers.values(), strict=True)},
    )
    assert Revision.freeze(ada, topic, answers) == revision
    assert not Revision.freeze(ada, topic, {prompts[0].pk: LINE, prompts[1].pk: "%% only this %%"}).answers.filter(
        prompt=prompts[1]
    )


def test_what_is_stored_is_what_the_preview_showed(ada, topic, prompts, signed_in):
    client, cases = signed_in(ada), [source for source, shown, _ in CASES if shown and not as_sent(source).refusal]
    for at in range(0, len(cases), len(prompts)):
        answers = {prompt.pk: source for prompt, source in zip(prompts, cases[at:], strict=False)}
        revision = Revision.freeze(ada, topic, answers)
        for answer in revision.answers.all():
            preview = client.post("/preview/?box=body", {"body": answers[answer.prompt_id]}).content.decode()
            # The page has no two blanks in a row, and none beside its tags.
            stored, shown = (
                re.sub(r"\s*(<[^<>]*>)\s*", r"\1", " ".join(outline(html).split()))
                for html in (answer.body_html, preview)
            )
            assert stored.strip() in shown, answer.body
