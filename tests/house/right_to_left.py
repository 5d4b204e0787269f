"""A world in which all that people typed is Arabic, on pages in English: what stands where it could be taken for a part
of the text around it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.ban import Ban
from groups.members.group import Group
from groups.members.membership_log import MembershipLogEntry
from groups.reviews.review_round import ReviewRound
from groups.reviews.skip import Skip
from groups.threads.post import Post
from groups.threads.thread import Thread
from notes.draft import Draft
from notes.revision import Answer
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.text import RENDERER_VERSION, render

# Model, its short texts.
TEXTS = [
    (User, "display_name"), (Group, "name"), (Thread, "title"), (ReadingList, "title"), (Section, "title"),
    (Entry, "title"), (Source, "listed_title"), (Source, "title"), (Suggestion, "title"), (Suggestion, "why"),
    (Report, "text"), (ReviewRound, "why"), (Skip, "explanation"), (Notification, "text"), (Prompt, "text"),
    (Answer, "prompt_text"), (Ban, "why"),
]  # fmt: skip
ANSWER = (
    r"$\beta$ هي قيمة تحدد المسافة عن النموذج المرجعي، و`KL` يقيسها."
    "\n\n- القيمة الصغيرة تسمح بتغيير أكبر.\n- القيمة $0.1$ بداية جيدة (انظر [المصدر](https://example.org)).\n\n"
    r"$$\mathcal{L} = -\mathbb{E}\left[\log\sigma\left(\beta\,\Delta\right)\right]$$"
    "\n\n> ماذا تقيس؟\n\n| المعامل | القيمة |\n|---|--:|\n| $\\beta$ | 0.1 |\n\n```python\nbeta = 0.1\n```"
)
WORDS = "قيمة صغيرة للمعامل"
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SAID = {"aria-label", "aria-description", "title", "placeholder", "alt", "data-hx-confirm"}
_ARABIC, _LATIN = re.compile("[\u0600-\u06ff]"), re.compile("[A-Za-z]")
_ISOLATED = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")


def write_arabic() -> None:
    """Puts Arabic into each of these columns, in all rows, of which no two are alike in one column."""
    for model, column in TEXTS:
        rows = list(model.objects.order_by("pk"))
        for number, row in enumerate(rows, 1):
            text = (
                f"عمر {number}" if model is User else f"{number}. {WORDS}" if model is Section else f"{WORDS} {number}"
            )
            setattr(row, column, text)
        model.objects.bulk_update(rows, [column])
    MembershipLogEntry.objects.filter(event="removed").update(why=WORDS)
    html = render(ANSWER).html
    Post.objects.filter(deleted_at=None).update(body=ANSWER, body_html=html, renderer=RENDERER_VERSION)
    Answer.objects.update(body=ANSWER, body_html=html, renderer=RENDERER_VERSION)
    Entry.objects.update(why=ANSWER, why_html=html, renderer=RENDERER_VERSION)
    Section.objects.exclude(body="").update(body=ANSWER, body_html=html, renderer=RENDERER_VERSION)
    for draft in Draft.objects.all():
        draft.answers = dict.fromkeys(draft.answers, ANSWER)
        draft.answers_html, draft.renderer = dict.fromkeys(draft.answers, html), RENDERER_VERSION
        draft.save()
    rows = list(Notification.objects.all())
    for row in rows:
        row.facts = {name: _in_arabic(name, value) for name, value in (row.facts or {}).items()} or None
    Notification.objects.bulk_update(rows, ["facts"])


def _in_arabic(name: str, value: object) -> object:
    return WORDS if name in {"author", "topic", "group", "thread", "reviewer", "person", "title", "name"} else value


class _Read(HTMLParser):
    """Finds the texts and labels of a page that hold Arabic and are not kept apart from what stands around them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            # Initials stand in a box of their own.
            self._open.append((tag, "auto" if tag == "bdi" or "face" in has.get("class", "") else has.get("dir", "")))
        for name in SAID & set(has):
            rest = _ISOLATED.sub("", has[name])
            if _ARABIC.search(rest) and _LATIN.search(rest):
                self.found.append(f"<{tag} {name}={has[name]!r}>")
        if tag == "input" and _ARABIC.search(has.get("value", "")) and has.get("type") != "hidden" and "dir" not in has:
            self.found.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        while tag in (name for name, _ in self._open) and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        names = [name for name, _ in self._open]
        if not _ARABIC.search(_ISOLATED.sub("", data)) or {"script", "style", "option", "template"} & set(names):
            return
        direction = next((direction for name, direction in reversed(self._open) if direction), "")
        if direction == "auto" or (direction == "rtl" and names[0] == "html" and names[-1] != "title"):
            return
        self.found.append(f"<{'> <'.join(names[-3:])}> {' '.join(data.split())[:80]}")


def not_kept_apart(html: str) -> Iterator[str]:
    """Gives what is Arabic on an English page and stands neither in an element with dir="auto" nor in one of the
    renderer's with dir="rtl", nor is isolated."""
    reader = _Read()
    reader.feed(html)
    return iter(dict.fromkeys(reader.found))
