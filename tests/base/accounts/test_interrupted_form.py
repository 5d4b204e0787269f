"""What was typed survives a session that ended meanwhile, without JavaScript: the sign-in page carries it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from catalog.curation.report import Report
from groups.reviews.review import Review
from groups.threads.post import Post
from notes.revision import Answer
from tests.factories import PASSWORD
from tests.house.forms import Target, targets
from tests.house.world import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

TEXT = "It halves the steps, until the noise scale.\n\nThen it only costs: “twice” <b>$B$</b>."


@pytest.fixture
def world():
    return make_world()


def forms(page, url: str, ending: str) -> Iterator[Target]:
    """The forms of a page that a browser sends to an address with this ending."""
    found = targets(page.content.decode(), url)
    return (each for each in found if each.by == "browser" and each.url.partition("?")[0].endswith(ending))


def send(client: Client, url: str, fields: dict[str, str], **headers: str):
    """Send a form as a browser does."""
    return client.post(url, urlencode(fields), content_type="application/x-www-form-urlencoded", headers=headers)


# The page, who is on it, what the form is sent to, what else is chosen in it, and where its text is kept.
FORMS = {
    "summary": ("summary", "outsider", "/submission/", {}, Answer, "body"),
    "review": ("review", "reviewer", "/review/", {"decision": "request_changes"}, Review, "overall"),
    "reply": ("thread", "member", "/posts/", {}, Post, "body"),
    "thread": ("new_thread", "member", "/threads/new/", {"title": "Which batch?"}, Post, "body"),
    "edit": ("edit_post", "author", "/edit/", {}, Post, "body"),
    "report": ("report", "outsider", "/reports/", {"kind": "outdated"}, Report, "text"),
}


def address(world: World, name: str) -> str:
    keys = {
        "summary": world.topic.pk,
        "review": world.round.submission_id,
        "thread": world.thread.pk,
        "new_thread": world.group.pk,
        "edit_post": world.post.pk,
        "report": world.entry.source_id,
    }
    return reverse(name, args=[keys[name]])


@pytest.mark.parametrize("kind", FORMS)
def test_who_signs_in_gets_back_what_they_typed_and_sends_it(world, kind):
    name, role, ending, chosen, model, field = FORMS[kind]
    url, client = address(world, name), world.client(role)
    form = next(forms(client.get(url), url, ending))
    left_out = ("why", "better_url", "words_", "instead_", "remark_")
    typed = {name: TEXT for name in form.typed if name not in chosen and not name.startswith(left_out)}
    sent = {name: value for name, value in (form.fields | typed | chosen).items() if name != "discard"}
    del client.cookies["sessionid"]

    refused = send(client, form.url, sent, referer=f"http://testserver{url}")
    assert refused.status_code == 403
    assert "no-store" in refused.headers["Cache-Control"]
    assert not model.objects.filter(**{f"{field}__startswith": "It halves"}).exists()

    [sign_in] = forms(refused, form.url, "/accounts/login/")
    assert sign_in.fields["next"] == url
    wrong = send(client, sign_in.url, sign_in.fields | {"login": world.people[role].email, "password": "wrong"})
    [sign_in] = forms(wrong, sign_in.url, "/accounts/login/")
    back = send(client, sign_in.url, sign_in.fields | {"login": world.people[role].email, "password": PASSWORD})
    assert back.context["user"] == world.people[role]
    [again] = forms(back, sign_in.url, ending)
    assert (again.url, again.typed) == (form.url, frozenset(typed) | (form.typed & {"title"}))

    answer = send(client, again.url, again.fields)
    assert answer.status_code == 302, answer.context["form"].errors
    kept = model.objects.filter(**{f"{field}__startswith": "It halves"}).latest("pk")
    assert getattr(kept, field).replace("\r\n", "\n") == TEXT
