"""A group's name, a thread's title, a reason: what nobody could see is not taken, and what was typed stays."""

from typing import ClassVar

import pytest
from django import forms
from django.urls import reverse

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from groups.members.ban import Ban
from groups.members.group import Group
from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.accounts.models import User
from readlist_site.base.web.short_text import INVISIBLE, ShortTextField, clean_short_text
from tests.house.world import make_world

# Zero width, control, bidirectional, combining marks alone, letters that are blank, private use.
UNSEEN = ["\u200b\u200b", "\x07", "\u202e\u2066", "\u0301\u0308", "\u3164\u2800", "\u200d", "\ue000", "\x00"]


class Sample(forms.Form):
    line = ShortTextField(max_length=20)
    lines = ShortTextField(widget=forms.Textarea, required=False)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Thursday   post-training ", "Thursday post-training"),
        ("one\nline\tonly", "one line only"),
        ("e\u0301te\u0301", "été"),
        ("abc\u202edef\u200b", "abcdef"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("???", "???"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        *((text, "") for text in UNSEEN),
    ],
)
def test_a_short_text_is_one_visible_line(typed, stored):
    assert clean_short_text(typed) == stored


def test_several_lines_keep_their_breaks_and_spaces():
    form = Sample({"line": "x", "lines": "One:\r\n\r\n    code\u200b\x07 \r\ntwo"})
    assert form.is_valid()
    assert form.cleaned_data["lines"] == "One:\n\n    code \ntwo"


@pytest.mark.parametrize("typed", UNSEEN)
def test_what_cannot_be_seen_is_refused_also_where_nothing_need_be_said(typed):
    form = Sample({"line": "x", "lines": typed})
    assert form.errors == {"lines": [INVISIBLE]}
    assert form["lines"].value() == typed


def test_nothing_typed_is_missing_and_not_invisible():
    assert Sample({"line": "  "}).errors["line"] == ["Fill in this field."]


# The forms


@pytest.fixture
def world(db):
    return make_world()


class Sent:
    """A short text in one of the forms: where it is sent, as whom, with what else, and what must not come to be."""

    def __init__(self, role, name, args, field, also=None, made=None) -> None:
        self.role, self.name, self.args, self.field, self.also, self.made = role, name, args, field, also or {}, made


# With these, a form that has any of them would be taken.
NEWS = {
    "body": "How?", "url": "https://example.org/new", "kind": "outdated", "reason": "other", "title": "One",
    "why": "So.",
}  # fmt: skip


class Forms:
    every: ClassVar[dict[str, Sent]] = {
        "a new group": Sent("stranger", "new_group", lambda w: [], "name", made=lambda w: Group.objects.count()),
        "a group's settings": Sent("owner", "group_settings", lambda w: [w.group.pk], "name",
                                   made=lambda w: Group.objects.get(pk=w.group.pk).name),
        "a thread": Sent("member", "new_thread", lambda w: [w.group.pk], "title", NEWS,
                         lambda w: Thread.objects.count()),
        "a reply": Sent("member", "posts", lambda w: [w.thread.pk], "body", made=lambda w: Post.objects.count()),
        "a ban": Sent("owner", "remove_member", lambda w: [w.membership.pk], "why", {"for_good": "on"},
                      lambda w: Ban.objects.count()),
        "a skip": Sent("reviewer", "skip", lambda w: [w.round.submission_id], "explanation", NEWS,
                       lambda w: w.round.skips.count()),
        "a suggestion's title": Sent("member", "suggestions", lambda w: [w.topic.pk], "title", NEWS,
                                     lambda w: Suggestion.objects.count()),
        "a suggestion's reason": Sent("member", "suggestions", lambda w: [w.topic.pk], "why", NEWS,
                                      lambda w: Suggestion.objects.count()),
        "a report": Sent("owner", "report", lambda w: [w.entry.source_id], "text", NEWS,
                         lambda w: Report.objects.count()),
        "a person's name": Sent("member", "settings", lambda w: [], "display_name", {"time_zone": "UTC", "theme": ""},
                                lambda w: User.objects.get(pk=w.people["member"].pk).display_name),
        "a list's title": Sent("curator", "admin:catalog_readinglist_change", lambda w: [w.list.pk], "title",
                               {"status": "published"}, lambda w: type(w.list).objects.get(pk=w.list.pk).title),
        "a source's title": Sent("curator", "admin:catalog_source_change", lambda w: [w.entry.source_id], "title",
                                 made=lambda w: type(w.entry.source).objects.get(pk=w.entry.source_id).title),
        "another name in the admin": Sent("administrator", "admin:groups_group_change", lambda w: [w.group.pk], "name",
                                          made=lambda w: Group.objects.get(pk=w.group.pk).name),
    }  # fmt: skip


@pytest.mark.parametrize("form", Forms.every)
def test_no_form_takes_what_nobody_could_see(world, form):
    sent = Forms.every[form]
    client, url, before = world.client(sent.role), reverse(sent.name, args=sent.args(world)), sent.made(world)
    for typed in ("\u200b\u202e", "\u0301", "\u3164"):
        response = client.post(url, sent.also | {sent.field: typed})
        assert sent.made(world) == before, f"{typed!r} was taken"
        bound = response.context["adminform"].form if "adminform" in response.context else response.context["form"]
        assert bound[sent.field].errors, f"nothing is said beside {sent.field}"
        assert bound[sent.field].value() == typed
        if not sent.name.startswith("admin:"):
            assert response.status_code == 422


def test_why_a_revision_changed_can_be_seen(world):
    """The line that goes out with a new revision is refused beside its box, and the text stays."""
    author = world.people["author"]
    answer = "Another answer, of two lines: " + "word " * 16
    prompts = {f"answer_{prompt.pk}": answer for prompt in world.list.prompts.all()}
    written = prompts | {"based_on": [world.entry.source_id], "group": world.group.pk, "why": "\u200b"}
    response = world.client("author").post(reverse("submit", args=[world.topic.pk]), written)
    assert response.context["replies"]["why"].errors
    assert answer.strip() in response.content.decode()
    assert response.status_code == 422
    assert author.summaries.get(topic=world.topic).revisions.count() == 1
