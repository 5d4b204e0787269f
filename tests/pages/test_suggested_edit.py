"""The author applies a suggested edit to the draft, and sends it with the next revision."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.leaving.archive import archive_group
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.submission import Submission
from groups.reviews.verdict import Verdict
from notes.draft import Draft
from notes.revision import Revision
from readlist_site.base.text import find
from tests.groups.reviewing import show, take, topic_of

TAB, OTHER_TAB = "6f1d0c9e6b0b4b1e9d9b0a5a5b6c7d8e", "00000000000000000000000000000001"
KNOB = "The cache grows with $n$. It is read at each step, so the step waits. " + "More of it. " * 10
OTHERS = ("It **fails** when memory ends, " * 6, "Tokens a second, " * 8)

pytestmark = pytest.mark.one_engine


@pytest.fixture
def round(group, ada, jonas):
    """Ada's summary, of which Jonas suggests two edits that clash, and one beside them."""
    round = show(ada, group, topic_of(group), KNOB, *OTHERS, at=timezone.now())
    take(round, jonas, timezone.now())
    answer = round.revision.answers.first()
    suggested = {"grows": "rises", "cache grows": "cache swells", "waits": "stalls"}
    comments = [
        Verdict.on_words(answer, find(answer.body, words)[0], "", instead) for words, instead in suggested.items()
    ]
    Review.objects.submit(round.claims.get(), "request_changes", "", comments)
    return round


@pytest.fixture
def client(signed_in, ada):
    return signed_in(ada)


def token(words: str) -> str:
    verdict = Verdict.objects.get(quote=words)
    return f"v{verdict.pk}.{verdict.review.versions.count()}"


def key(words: str) -> str:
    return f"v{Verdict.objects.get(quote=words).pk}"


def url(round, name: str = "apply_suggested_edit") -> str:
    return reverse(name, args=[round.submission.summary.topic_id])


def on_page(round, client) -> dict:
    """What the editor's form holds, as a browser sends it."""
    page = client.get(url(round, "summary")).content.decode()
    data = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf' {each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and ('type="hidden"' in tag or " checked" in tag):
            data[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL):
        data[name] = text
    return data | {"tab": TAB}


def knob(draft: Draft) -> str:
    return draft.answers[str(Revision.objects.first().answers.first().prompt_id)]


def test_one_click_puts_the_edit_into_the_draft_with_what_was_typed(round, client):
    page = client.get(url(round, "summary")).content.decode()
    assert page.count('name="edit"') == 3
    assert page.count("suggests another edit of these words") == 2
    typed = on_page(round, client)
    prompt = round.revision.answers.first().prompt_id
    typed[f"answer_{prompt}"] = f"First of all: {KNOB}"
    response = client.post(url(round), typed | {"edit": token("grows")})
    assert response.status_code == 302, response.content
    draft = Draft.objects.get()
    assert knob(draft) == f"First of all: {KNOB}".replace("grows", "rises")
    assert draft.extra == {f"word_{key('grows')}": "addressed", f"applied_{key('grows')}": "yes"}
    page = client.get(response.url).content.decode()
    assert page.count("Applied to your draft") == 1
    assert page.count("You applied another edit of these words") == 1
    assert page.count('name="edit"') == 1
    assert client.post(url(round), on_page(round, client) | {"edit": token("waits")}).status_code == 302
    assert knob(Draft.objects.get()) == f"First of all: {KNOB}".replace("grows", "rises").replace("waits", "stalls")


def test_the_next_revision_says_that_it_is_applied_and_one_that_is_declined_why(round, client, group):
    client.post(url(round), on_page(round, client) | {"edit": token("waits")})
    declined = {f"word_{key('grows')}": "disagree", f"reply_{key('grows')}": "It swells.", "why": "Better words"}
    response = client.post(url(round, "submit"), on_page(round, client) | _chosen(client, round) | declined)
    assert response.status_code == 302, response.content
    replies = {each.verdict.quote: each for each in CommentReply.objects.all()}
    assert {words: (each.response, each.applied) for words, each in replies.items()} == {
        "waits": ("addressed", True),
        "grows": ("disagree", False),
    }
    assert not Draft.objects.exists()
    # One is applied and one declined: the third is left.
    page = client.get(url(round, "summary")).content.decode()
    assert re.findall(r'name="edit" value="(v\d+)', page) == [key("cache grows")]


def test_what_is_left_after_a_revision_can_still_be_applied(round, client):
    """Also the edit of other words on an earlier revision; the page of the submission leads to it."""
    client.post(url(round), on_page(round, client) | {"edit": token("waits")})
    sent = on_page(round, client) | _chosen(client, round) | {"why": "Better words"}
    assert client.post(url(round, "submit"), sent).status_code == 302
    page = client.get(round.submission.get_absolute_url()).content.decode()
    for words in ("grows", "cache grows"):
        assert f'href="{url(round, "summary")}#comment-{key(words)}"' in page
    assert f'#comment-{key("waits")}"' not in page.replace('<a href="#', "")
    page = client.get(url(round, "summary")).content.decode()
    assert page.count('name="edit"') == 2
    assert client.post(url(round), on_page(round, client) | {"edit": token("grows")}).status_code == 302
    assert knob(Draft.objects.get()) == KNOB.replace("grows", "rises").replace("waits", "stalls").rstrip()


def test_an_applied_edit_that_is_answered_otherwise_names_nobody(round, client):
    client.post(url(round), on_page(round, client) | {"edit": token("waits")})
    later = {f"word_{key('waits')}": "later", "why": "Better words"}
    assert client.post(url(round, "submit"), on_page(round, client) | _chosen(client, round) | later).status_code == 302
    assert CommentReply.objects.get().applied is False


def _chosen(client, round) -> dict:
    """The replies that are chosen on the page, which are radio buttons."""
    draft = Draft.objects.get()
    return {name: word for name, word in draft.extra.items() if name.startswith("word_")}


@pytest.mark.parametrize("what", ["no such edit", "the words have changed", "an edit of it since", "clash"])
def test_what_cannot_be_applied_is_said_and_what_was_typed_stays(round, client, what):
    typed = on_page(round, client)
    prompt = round.revision.answers.first().prompt_id
    edit = token("waits")
    if what == "no such edit":
        edit = "v0.0"
    elif what == "the words have changed":
        typed[f"answer_{prompt}"] = "Nothing of it is left."
    elif what == "an edit of it since":
        review = Review.objects.get()
        review.edit("request_changes", "More.", review.verdicts.all())
    else:
        typed |= {f"applied_{key('cache grows')}": "yes", f"word_{key('cache grows')}": "addressed"}
        edit = token("grows")
    typed["why"] = "Xylophone"
    response = client.post(url(round), typed | {"edit": edit})
    assert response.status_code == 409
    assert "be applied any more" in response.content.decode()
    assert "Xylophone" in response.content.decode()
    assert not Draft.objects.exists()


def test_another_window_is_not_overwritten(round, client, ada):
    typed = on_page(round, client)
    prompt = round.revision.answers.first().prompt_id
    Draft.save_answers(ada, round.submission.summary.topic, {prompt: "Typed elsewhere"}, tab_id=OTHER_TAB)
    response = client.post(url(round), typed | {"edit": token("waits")})
    assert response.status_code == 409
    assert "Typed elsewhere" in response.content.decode()
    assert knob(Draft.objects.get()) == "Typed elsewhere"


def test_nobody_else_can_apply_it_and_nobody_in_an_archived_group(round, client, group, jonas, signed_in, ada):
    typed = on_page(round, client)
    assert signed_in(jonas).post(url(round), typed | {"edit": token("waits")}).status_code == 409
    assert Client().post(url(round), typed | {"edit": token("waits")}).url.startswith("/accounts/login/")
    assert not Draft.objects.exists()
    archive_group(group, by=group.owner)
    assert client.post(url(round), typed | {"edit": token("waits")}).status_code == 409
    assert not Draft.objects.filter(author=ada).exists()


def test_it_outlives_its_reviewer_without_a_name(round, client, jonas):
    edit = token("waits")
    jonas.delete()
    assert client.post(url(round), on_page(round, client) | {"edit": edit}).status_code == 302
    assert "stalls" in knob(Draft.objects.get())


def test_a_withdrawn_submission_takes_no_edits(round, client):
    typed = on_page(round, client)
    Submission.objects.get().withdraw()
    assert client.post(url(round), typed | {"edit": token("waits")}).status_code == 409
