"""Writing a summary and submitting it."""

import re
from itertools import product
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from groups.members.exceptions import RuleViolation
from groups.reviews.reply import CommentReply
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from groups.reviews.verdict import Verdict
from notes.draft import Draft
from notes.forms import SummaryForm
from notes.reading import Reading
from notes.revision import Revision
from notes.summary import Summary
from readlist_site.base.rate_limits.limit import Limit, person_key
from readlist_site.base.text import MAX_LENGTH
from tests import factories
from tests.groups.reviewing import say, show, take
from tests.length import some

HTMX = {"HX-Request": "true"}
TWO = "word " * 20


@pytest.fixture
def topic(group):
    return Section.objects.get(title__startswith="1. Post-training")


@pytest.fixture
def prompts(topic):
    return list(topic.list.prompts.not_retired())


@pytest.fixture
def sources(topic):
    return list(topic.topic_entries.values_list("source_id", flat=True))


@pytest.fixture
def written(prompts, sources):
    """Six lines, resting on one source."""
    return {f"answer_{prompt.pk}": f"{TWO} of {prompt.pk}" for prompt in prompts} | {"based_on": sources[:1]}


@pytest.fixture
def client(signed_in, ada):
    return signed_in(ada)


def editor(topic) -> str:
    return reverse("summary", args=[topic.pk])


def submit(topic) -> str:
    return reverse("submit", args=[topic.pk])


def preview(topic) -> str:
    return reverse("summary_preview", args=[topic.pk])


def draft(topic) -> str:
    return reverse("summary_draft", args=[topic.pk])


def seen() -> dict:
    """What a page says that shows what is saved now."""
    kept = Draft.objects.first()
    return {"seen": kept.version_token if kept else ""}


# The editor


def test_the_editor_shows_each_prompt_with_its_box_and_the_topics_sources(client, topic):
    page = client.get(editor(topic)).content.decode()
    for words in (*factories.PROMPTS, "DPO paper", "A guide", "practitioner", "Submit for review"):
        assert words in page
    assert "Saved" not in page


def test_the_editor_keeps_what_was_saved(client, topic, written):
    client.post(editor(topic), written)
    page = client.get(editor(topic)).content.decode()
    for prompt, text in list(written.items())[:3]:
        assert f'name="{prompt}"' in page
        assert text in page
    assert "Saved" in page
    assert "<b>6</b> of 5–10 lines" in page


def test_saving_asks_for_nothing_and_leads_back_to_the_editor(client, ada, topic, prompts):
    answer = client.post(editor(topic), {f"answer_{prompts[0].pk}": "One line."})
    assert answer.url == editor(topic)
    assert Draft.objects.visible_to(ada).get().lines == 1
    assert not Summary.objects.exists()


def test_the_time_of_saving_is_in_the_persons_own_zone(client, ada, topic, written):
    ada.time_zone = "Asia/Tokyo"
    ada.save()
    client.post(editor(topic), written)
    noon = timezone.now().replace(hour=3, minute=7)
    Draft.objects.update(saved_at=noon)
    assert "12:07" in client.get(editor(topic)).content.decode()


def test_saving_by_itself_answers_with_the_time_and_the_version_to_name_next(client, topic, written):
    answer = client.post(draft(topic), written)
    kept = Draft.objects.get()
    at = timezone.localtime(kept.saved_at)
    words = f"{at:%H:%M}"
    assert answer.json() == {"seen": kept.version_token, "saved": words, "says": f"Saved {words}", "has_updates": False}


def test_a_text_without_room_is_shown_again_whole_and_not_saved(client, topic, prompts, written):
    client.post(editor(topic), written)
    long = "z" * (MAX_LENGTH + 1)
    answer = client.post(editor(topic), written | {f"answer_{prompts[1].pk}": long})
    page = answer.content.decode()
    assert long in page
    assert "Use at most 20000 characters. This has 20001." in page
    assert page.count("autofocus") == 1
    assert long not in str(Draft.objects.get().answers)


@pytest.mark.parametrize("way", [editor, submit, preview])
def test_there_is_nothing_to_write_on_what_is_no_standing_topic(client, topic, way):
    tier = Section.objects.get(kind="tier", title__startswith="Tier 1")
    assert client.post(way(tier)).status_code == 404
    assert client.post(way(Section(pk=987654))).status_code == 404
    Section.objects.filter(pk=topic.pk).update(retired_at=timezone.now())
    assert client.post(way(topic)).status_code == 404


@pytest.mark.parametrize("way", [editor, submit, preview])
def test_who_is_not_signed_in_is_asked_to(topic, way):
    assert Client().post(way(topic)).url.startswith(reverse("account_login"))


def test_what_only_takes_the_form_leads_to_the_editor(client, topic):
    for way in (submit, preview, draft):
        assert client.get(way(topic)).url == editor(topic)
    assert client.put(submit(topic)).status_code == 405


RUBBISH = ["", "\0", "$" * 999, "[" * 999, "{" * 5000, "x" * 30_000, "$$\\begin{aligned}$$"]


@pytest.mark.soak
@pytest.mark.parametrize(("text", "way"), some(list(product(RUBBISH, [editor, submit, preview])), 0, of=4))
def test_rubbish_never_breaks_a_page(client, topic, prompts, way, text):
    data = {f"answer_{prompt.pk}": text for prompt in prompts} | {"answer_": "?", "answer_x": "?"}
    data |= {"based_on": ["\0", "-1", "9" * 400, "x"] * 200, "group": ["\0", "9" * 400]}
    assert client.post(way(topic), data).status_code in (200, 302, 422)


def test_saving_what_is_blank_begins_no_summary_and_says_so(client, topic, prompts, sources):
    blank = {f"answer_{prompt.pk}": " \n" for prompt in prompts} | {"based_on": sources[:1]}
    assert client.post(draft(topic), blank).json() == {
        "seen": "",
        "saved": "",
        "says": "Your draft saves as you type",
        "has_updates": False,
    }
    assert client.post(editor(topic), blank).url == editor(topic)
    assert not Draft.objects.exists()


def test_saving_a_blank_text_lets_go_of_the_draft(client, topic, written):
    client.post(editor(topic), written)
    client.post(editor(topic), seen())
    assert not Draft.objects.exists()


def test_saving_a_blank_text_over_a_revision_says_that_it_stays(client, topic, written):
    client.post(submit(topic), written)
    assert client.post(draft(topic), {}).json()["says"] == "Same as revision 1"


def test_saving_a_revision_as_it_is_leaves_no_draft(client, topic, written, prompts, sources):
    client.post(submit(topic), written)
    changed = written | {f"answer_{prompts[0].pk}": "Changed."}
    client.post(editor(topic), changed)
    assert Draft.objects.exists()
    again = written | {f"answer_{prompts[0].pk}": written[f"answer_{prompts[0].pk}"] + "\r\n"}
    assert client.post(draft(topic), again | seen()).json()["says"] == "Same as revision 1"
    assert not Draft.objects.exists()
    client.post(editor(topic), written | {"based_on": sources[:2]})
    assert Draft.objects.get().based_on == sources[:2], "other sources are a change"


# The preview


def test_a_window_whose_draft_another_one_cleared_goes_on_saving(client, topic, written):
    mark = client.post(draft(topic), written).json()["seen"]
    client.post(draft(topic), {"seen": mark})
    assert not Draft.objects.exists()
    assert client.post(draft(topic), written | {"seen": mark}).json()["seen"] == Draft.objects.get().version_token


def test_taking_what_was_submitted_elsewhere_sets_mine_aside(client, ada, topic, prompts, written):
    submitted = Revision.freeze(ada, topic, {prompts[0].pk: "Submitted elsewhere."})
    mine = written | {f"answer_{prompts[0].pk}": "An older thought.", "base": "0", "why": "Read again."}
    told = client.post(editor(topic), mine)
    assert told.status_code == 409
    over = re.search(r'name="over" value="(.*?)"', told.content.decode())[1]
    assert client.post(editor(topic), mine | {"choice": "take", "over": over}).status_code == 302
    kept = Draft.objects.get()
    assert kept.base_number == submitted.number
    assert kept.answers == {str(prompts[0].pk): "Submitted elsewhere."}
    page = client.get(editor(topic)).content.decode()
    assert "Submitted elsewhere.</textarea>" in page
    for mine in ("An older thought.", "Read again."):
        assert mine in page.partition("that you did not choose")[2]


def test_the_preview_renders_and_counts_and_keeps_nothing(client, topic, prompts):
    data = {f"answer_{prompts[0].pk}": "*Slice* by $w_s$.", f"answer_{prompts[1].pk}": "$\\nosuch$"}
    page = client.post(preview(topic), data, headers=HTMX).content.decode()
    assert "<em>Slice</em>" in page
    assert "<math" in page
    assert f'id="below-{prompts[1].pk}" data-hx-swap-oob="innerHTML"' in page
    assert 'class="coach"' in page
    assert "<b>2</b> of 5–10 lines" in page
    assert not Draft.objects.exists()


def test_the_preview_without_htmx_is_a_page(client, topic, written):
    page = client.post(preview(topic), written).content.decode()
    assert '<h1 dir="auto">' in page
    assert "of 5–10" not in page


def test_a_preview_that_rests_says_so_at_its_place(client, signed_in, ada, jonas, topic, written, limit_clock):
    Limit.of("rendering", person_key(ada)).add(10)
    answer = client.post(preview(topic), written, headers=HTMX)
    assert answer.status_code == 429
    assert answer.headers["HX-Retarget"] == "#preview-refused"
    assert "Try again in 30 seconds." in answer.content.decode()
    assert "Too many requests" in client.post(preview(topic), written).content.decode()
    assert signed_in(jonas).post(preview(topic), written, headers=HTMX).status_code == 200, "others are not stopped"
    limit_clock(seconds=30)
    assert client.post(preview(topic), written, headers=HTMX).status_code == 200


# Submitting


def test_submitting_freezes_a_revision_and_shows_it_to_the_group(client, ada, topic, group, written):
    client.post(editor(topic), written)
    answer = client.post(submit(topic), written, follow=True)
    submission = Submission.objects.get()
    assert answer.redirect_chain[0][0] == submission.get_absolute_url()
    assert "You submitted revision 1 to Thursday post-training." in answer.content.decode()
    assert (submission.group, submission.summary.author) == (group, ada)
    assert submission.current.revision.answers.count() == 3
    assert not Draft.objects.exists()


def test_what_another_window_saved_as_it_was_submitted_is_the_draft_from_there_on(
    client, ada, topic, prompts, written, monkeypatch
):
    mark, freeze = client.post(draft(topic), written).json()["seen"], SummaryForm.freeze

    def freeze_late(form, author):
        key, phone = {"author": ada, "topic": topic, "base_number": 0}, {"answers": {prompts[0].pk: "From the phone."}}
        Draft.objects.save_draft(key, phone, seen=mark)
        return freeze(form, author)

    monkeypatch.setattr(SummaryForm, "freeze", freeze_late)
    client.post(submit(topic), written | {"seen": mark})
    assert Revision.objects.get().answers.get(prompt=prompts[0]).body == written[f"answer_{prompts[0].pk}"]
    assert Draft.objects.get().base_number == 1
    assert "From the phone.</textarea>" in client.get(editor(topic)).content.decode()


def test_until_when_a_text_is_set_aside_is_said_with_it(client, topic, prompts, written):
    client.post(editor(topic), written)
    choice = {"choice": "keep", "over": Draft.objects.get().version_token, f"answer_{prompts[0].pk}": f"{TWO} anew"}
    client.post(editor(topic), written | choice)
    page = client.get(editor(topic)).content.decode()
    assert "Kept here until you send the form." in page.partition("that you did not choose")[2]
    client.post(submit(topic), written | seen())
    assert Revision.objects.exists()
    assert not Draft.objects.exists()


def test_a_later_revision_continues_the_submission(client, jonas, topic, written, prompts):
    client.post(submit(topic), written)
    take(ReviewRound.objects.get(), jonas)
    client.post(submit(topic), written | {f"answer_{prompts[0].pk}": f"{TWO} anew", "why": "Said more."})
    assert Submission.objects.count() == 1
    assert [each.revision.number for each in ReviewRound.objects.order_by("pk")] == [1, 2]


def test_what_nobody_has_taken_is_replaced_by_the_next_revision(client, topic, written, prompts):
    client.post(submit(topic), written)
    answer = client.post(submit(topic), written | {f"answer_{prompts[0].pk}": f"{TWO} anew"}, follow=True)
    assert "You submitted revision 2" in answer.content.decode()
    assert ReviewRound.objects.get().revision.number == 2


def test_the_same_text_again_leads_to_where_it_is_and_leaves_no_draft(client, ada, topic, prompts, written):
    client.post(submit(topic), written)
    # The second of two clicks may have read the page's state before the first was done, and kept a draft.
    texts = {prompt.pk: written[f"answer_{prompt.pk}"] for prompt in prompts}
    Draft.save_answers(ada, topic, texts, written["based_on"])
    answer = client.post(submit(topic), written | seen(), follow=True)
    assert answer.redirect_chain[0][0] == Submission.objects.get().get_absolute_url()
    assert "already has this text as revision 1" in answer.content.decode()
    assert (Revision.objects.count(), ReviewRound.objects.count()) == (1, 1)
    assert not Draft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_submit_leaves_one_revision_and_no_draft():
    group = factories.make_group(factories.make_user("Ada Okafor"), factories.make_user("Jonas Lind"))
    ada, topic = group.people.get(display_name="Ada Okafor"), group.list.sections.topics().first()
    data = {f"answer_{prompt.pk}": TWO for prompt in group.list.prompts.not_retired()}
    data["based_on"] = topic.topic_entries.values_list("source_id", flat=True)[:1]
    both, answers = Barrier(2), []

    def click(browser):
        both.wait()
        answers.append(browser.post(submit(topic), data).status_code)
        connection.close()

    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(ada)
    threads = [Thread(target=click, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    assert (Revision.objects.count(), ReviewRound.objects.count(), Draft.objects.count()) == (1, 1, 0)


def test_what_was_taken_back_can_be_shown_again_unchanged(client, ada, topic, written):
    client.post(submit(topic), written)
    Submission.objects.get().withdraw()
    client.post(submit(topic), written)
    assert Submission.objects.count() == 2
    assert Revision.objects.count() == 1


def test_a_faulty_text_changes_nothing_but_the_draft(client, ada, topic, written, prompts):
    faulty = written | {f"answer_{prompts[1].pk}": ""}
    answer = client.post(submit(topic), faulty)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Answer this prompt." in page
    assert written[f"answer_{prompts[0].pk}"] in page
    box = page[page.index(f'name="answer_{prompts[1].pk}"') :].partition(">")[0]
    assert all(
        said in box
        for said in (
            "autofocus",
            'aria-invalid="true"',
            f'aria-describedby="wrong-{prompts[1].pk} below-{prompts[1].pk}"',
        )
    )
    assert page.count("autofocus") == 1
    assert not Summary.objects.exists()
    assert Draft.objects.visible_to(ada).get().answers[str(prompts[0].pk)] == written[f"answer_{prompts[0].pk}"]


def test_too_few_and_too_many_lines_are_said_at_an_answer(client, topic, written, prompts):
    few = written | {f"answer_{prompt.pk}": "One line." for prompt in prompts}
    assert "3 lines in all answers together. Write at least 5" in client.post(submit(topic), few).content.decode()
    many = written | {f"answer_{prompts[2].pk}": TWO * 10}
    assert "this answer is the longest." in client.post(submit(topic), many).content.decode()
    assert not Submission.objects.exists()


def test_a_source_is_asked_for_and_the_focus_goes_there(client, topic, written):
    page = client.post(
        submit(topic), {name: text for name, text in written.items() if name != "based_on"}
    ).content.decode()
    assert "Choose at least one source" in page
    assert page.count("autofocus") == 1


def test_without_a_group_one_is_told_how_to_find_one(signed_in, stranger, topic, written):
    client = signed_in(stranger)
    page = client.get(editor(topic)).content.decode()
    assert "join or create a group" in page
    assert "Submit for review" not in page
    answer = client.post(submit(topic), written)
    assert answer.status_code == 422
    assert not Summary.objects.exists()
    assert Draft.objects.visible_to(stranger).exists()


def test_of_several_groups_that_read_the_list_one_is_chosen(client, ada, jonas, topic, written, reading_list):
    second = factories.make_group(ada, reading_list=reading_list, name="Sunday readers")
    other_list = factories.make_list("Another", is_default=False)
    elsewhere = factories.make_group(ada, reading_list=other_list, name="Others read that")
    not_mine = factories.make_group(jonas, reading_list=reading_list, name="Jonas alone")
    page = client.get(editor(topic)).content.decode()
    assert "Choose a group" in page
    options = page[page.index("<select") : page.index("</select>")]
    assert "Sunday readers" in options
    assert "Others read that" not in options
    for wrong in ("", elsewhere.pk, not_mine.pk, "x"):
        page = client.post(submit(topic), written | {"group": wrong}).content.decode()
        assert page.count("autofocus") == 1
        assert not Summary.objects.exists()
    client.post(submit(topic), written | {"group": second.pk})
    assert Submission.objects.get().group == second


def test_another_group_gets_the_same_revision(client, ada, topic, written, reading_list, group):
    second = factories.make_group(ada, reading_list=reading_list, name="Sunday readers")
    client.post(submit(topic), written | {"group": group.pk})
    client.post(submit(topic), written | {"group": second.pk})
    assert Submission.objects.count() == 2
    assert Revision.objects.count() == 1


def test_alone_in_a_group_one_is_told_that_nobody_can_review_it_yet(signed_in, stranger, topic, written, reading_list):
    factories.make_group(stranger, reading_list=reading_list, name="Alone")
    page = signed_in(stranger).post(submit(topic), written, follow=True).content.decode()
    assert "Nobody else in the group can review it yet" in page


def test_a_refusal_of_the_group_takes_all_back_but_the_draft(client, topic, written, monkeypatch):
    def refuse(self, revision, group, why):
        raise RuleViolation("revision_already_submitted", number=7)

    monkeypatch.setattr(type(Submission.objects.all()), "submit", refuse)
    monkeypatch.setattr(type(Submission.objects), "submit", refuse)
    page = client.post(submit(topic), written).content.decode()
    assert "The group already has revision 7." in page
    assert 'role="alert"' in page
    assert not Summary.objects.exists()
    assert Draft.objects.exists()


def test_a_reworded_prompt_is_answered_anew(client, topic, written, prompts):
    client.post(submit(topic), written)
    Prompt.objects.filter(pk=prompts[0].pk).update(text="Which knob?")
    client.post(submit(topic), written)
    assert list(Revision.objects.values_list("number", flat=True)) == [1, 2]


# Queries


@pytest.mark.soak_only
def test_the_editor_takes_the_same_queries_however_much_there_is(client, ada, topic, written):
    client.post(editor(topic), written)
    client.get(editor(topic))
    with CaptureQueriesContext(connection) as few:
        client.get(editor(topic))
    shelf = Section.objects.get(title="Primary sources")
    for number in range(20):
        factories.make_entry(shelf, f"Source {number}")
        Prompt.objects.create(list=topic.list, position=10 + number, text=f"Question {number}?")
        factories.make_group(ada, reading_list=topic.list, name=f"Group {number}")
    for entry in Entry.objects.all():
        Reading.objects.set(ada, entry, "read")
    with CaptureQueriesContext(connection) as many:
        client.get(editor(topic))
    assert len(many) <= len(few) + 1, "one more: the options of the groups"


# Revising


def test_what_was_said_of_each_answer_stands_above_its_box(client, group, topic, ada, jonas):
    say(show(ada, group, topic, "It is small.", "It fails.", "Win rate."), jonas, "request_changes", "How small?")
    page = client.get(editor(topic)).content.decode()
    assert "Comments on revision 1" in page
    assert page.count("How small?") == 3
    assert "Same as revision 1" in page
    second = show(ada, group, topic, "It is tiny.", "It fails.", "Win rate.")
    replies = [CommentReply(verdict=each, response="addressed") for each in Verdict.objects.all()]
    CommentReply.objects.save_for(second, replies)
    assert "How small?" not in client.get(editor(topic)).content.decode(), "it is answered"


@pytest.mark.soak_only
def test_the_editor_asks_the_same_number_of_queries_however_many_revisions(client, group, topic, ada, jonas):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(editor(topic))
        return len(queries)

    say(show(ada, group, topic), jonas, "request_changes", "Why?")
    once = asked()
    for _ in range(3):
        say(show(ada, group, topic), jonas, "request_changes", "Why?")
    assert asked() == once
