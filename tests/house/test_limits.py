"""Everything that people create by a form has a limit, and above it nothing that was typed is lost."""

import uuid

import pytest

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.outline.entry import Entry
from groups.leaving.archive import archive_group
from groups.members.group import Group
from groups.members.invitation import Invitation
from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.rate_limits.limit import Limit, person_key
from tests.groups.reviewing import topic_of

TYPED = "Typed text that stays"
SAID = {"title": "A first thread", "body": "How it begins."}


def reply(group: Group) -> tuple[str, dict]:
    return f"/threads/{group.threads.first().pk}/posts/", {"body": TYPED}


def thread(group: Group) -> tuple[str, dict]:
    return f"/groups/{group.pk}/threads/new/", {"title": TYPED, "body": TYPED}


def new_group(group: Group) -> tuple[str, dict]:
    return "/groups/new/", {"name": TYPED}


def invitation(group: Group) -> tuple[str, dict]:
    return f"/groups/{group.pk}/invitations/", {"days": "14", "max_uses": "73"}


def suggestion(group: Group) -> tuple[str, dict]:
    typed = {"url": f"https://example.org/{Suggestion.objects.count()}", "title": TYPED, "why": TYPED}
    return f"{topic_of(group).get_absolute_url()}suggestions/", typed


def report(group: Group) -> tuple[str, dict]:
    source = Entry.objects.order_by("pk")[Report.objects.count()].source
    return f"{source.get_absolute_url()}reports/", {"kind": "wrong", "text": TYPED}


# By the limit's name: what is sent, what it makes, and the sentence above the limit of two.
LIMITED = {
    "post": (reply, Post, "limit of 2 posts. Try again in 60 minutes."),
    "thread": (thread, Thread, "limit of 2 threads. Try again in 60 minutes."),
    "group": (new_group, Group, "limit of 2 new groups. Try again in 12 hours."),
    "invitation": (invitation, Invitation, "limit of 2 invitation links. Try again in 12 hours."),
    "suggestion": (suggestion, Suggestion, "limit of 2 suggestions. Try again in 12 hours."),
    "report": (report, Report, "limit of 2 reports. Try again in 12 hours."),
}
# Of texts, and of doors: tests/base/web/test_rate_limit_http.py, and in tests/base/accounts test_sign_in_limits.py,
# test_email.py, second_factor and providers. That of exports: tests/personal_data/test_account_export.py, of images:
# tests/base/images/test_upload.py.
OTHER = {
    "rendering", "rendering_network", "sign_up", "password_reset", "change_email", "export", "password",
    "sign_in_browser", "sign_in_account", "sign_in_network", "account_mail", "code_browser", "code_account", "passkey",
    "provider", "webhook_test", "mail_note", "image", "image_bytes",
}  # fmt: skip


@pytest.fixture
def two_of_each(settings, limit_clock):
    settings.RATE_LIMITS = {name: (2, seconds) for name, (_, seconds) in settings.RATE_LIMITS.items()}
    return limit_clock


@pytest.fixture
def group(group, jonas):
    Thread.objects.start(group=group, author=jonas, title="Which knob?", body="I swept it.")
    return group


def test_every_limit_has_a_line_above(settings):
    assert set(settings.RATE_LIMITS) == set(LIMITED) | OTHER


@pytest.mark.parametrize("name", LIMITED)
def test_above_the_limit_the_form_comes_back_with_what_was_typed(two_of_each, signed_in, group, ada, name):
    request, model, sentence = LIMITED[name]
    client, before = signed_in(ada), model.objects.count()
    for _ in range(2):
        assert client.post(*request(group)).status_code == 302
    address, typed = request(group)
    answer = client.post(address, typed)
    assert (answer.status_code, model.objects.count()) == (429, before + 2)
    page = answer.content.decode()
    assert sentence in page
    assert all(text in page for text in typed.values())
    assert int(answer.headers["Retry-After"]) == (3570 if "minutes" in sentence else 43170)
    two_of_each(days=1)
    assert client.post(address, typed).status_code == 302
    assert model.objects.count() == before + 3


@pytest.mark.parametrize("name", LIMITED)
def test_above_the_limit_of_one_others_go_on(two_of_each, signed_in, group, ada, jonas, name):
    request, *_ = LIMITED[name]
    Limit.of(name, person_key(jonas)).add(2)
    assert signed_in(ada).post(*request(group)).status_code == 302


@pytest.mark.parametrize("name", LIMITED)
def test_a_form_with_something_wrong_in_it_counts_for_nothing(two_of_each, signed_in, group, ada, name):
    request, *_ = LIMITED[name]
    address, typed = request(group)
    for _ in range(3):
        assert signed_in(ada).post(address, dict.fromkeys(typed, "\x00")).status_code == 422
    assert signed_in(ada).post(address, typed).status_code == 302


def test_what_a_rule_refuses_counts_for_nothing(two_of_each, signed_in, group, ada):
    archive_group(group, by=ada)
    for _ in range(3):
        assert signed_in(ada).post(*reply(group)).status_code == 409


def test_in_place_the_form_of_a_reply_comes_back_too(two_of_each, signed_in, group, ada):
    Limit.of("post", person_key(ada)).add(2)
    address, typed = reply(group)
    answer = signed_in(ada).post(address, typed, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (429, "#reply")
    assert TYPED in answer.content.decode()


@pytest.mark.parametrize(("name", "path"), [("post", "/threads/{}/posts/"), ("thread", "/groups/{}/threads/new/")])
def test_what_is_sent_again_at_the_limit_is_answered_as_before(two_of_each, signed_in, group, ada, name, path):
    """As a browser does that got no answer."""
    client, (_, model, _) = signed_in(ada), LIMITED[name]
    at = path.format(group.pk if name == "thread" else Thread.objects.start(group=group, author=ada, **SAID).pk)
    before = model.objects.count()
    forms = [{"title": TYPED, "body": TYPED, "idempotency_key": str(uuid.uuid4())} for _ in range(2)]
    first = [client.post(at, form) for form in forms]
    again = [client.post(at, form) for form in forms]
    assert [each.status_code for each in [*first, *again]] == [302] * 4
    assert [each.url for each in again] == [each.url for each in first]
    assert model.objects.count() == before + 2
    assert client.post(at, {"title": TYPED, "body": TYPED}).status_code == 429


def test_what_is_made_without_a_form_is_not_limited(two_of_each, group, ada):
    for _ in range(3):
        Post.objects.reply(thread=group.threads.first(), author=ada, body=TYPED)
