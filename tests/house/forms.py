"""The forms that stand on a page, read from its HTML: where each leads, and its fields with what they hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

TYPED = {"text", "email", "password", "search", "url", "number", "date", "time", "textarea"}
BUTTONS = {"submit", "reset", "button", "image", "file"}
# What a form is sent with, by what sends it: the browser itself, HTMX, or the script that saves what is typed.
HEADERS = {"browser": {}, "htmx": {"HX-Request": "true"}, "draft.js": {"X-Requested-With": "fetch"}}
# The attributes of a form by which something else than the browser sends it.
SENT_BY = {"data-hx-post": "htmx", "data-hx-get": "htmx", "data-draft": "draft.js"}


@dataclass(frozen=True)
class Target:
    """One way to send a form. `fields` are its names with the values that a person who just presses the button would
    send; of choices without a choice made, the first. `typed` are those that any text can be put into; `by` says what
    sends it."""

    method: str
    url: str
    by: str
    fields: dict[str, str]
    typed: frozenset[str]


@dataclass
class _Form:
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    ways: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.by_id: dict[str, _Form] = {}
        # Fields and buttons of a form that stands further down.
        self.ahead: dict[str, list[tuple[str, dict[str, str]]]] = {}
        self.inside: _Form | None = None
        self.select: str | None = None
        self.textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._begin(said)
        elif said.get("form", "") not in {"", *self.by_id}:
            self.ahead.setdefault(said["form"], []).append((tag, said))
        elif form := self.by_id.get(said.get("form", ""), self.inside):
            self._inside(form, tag, said)

    def _inside(self, form: _Form, tag: str, said: dict[str, str]) -> None:
        if tag in {"input", "select", "textarea"} and said.get("name"):
            self._field(form, tag, said)
        elif tag == "option" and self.select and ("selected" in said or not form.fields[self.select]):
            form.fields[self.select] = said.get("value", "")
        elif tag == "button":
            self._button(form, said)
        elif "data-hx-post" in said:
            form.ways.append((said["data-hx-post"], "htmx"))

    def _begin(self, said: dict[str, str]) -> None:
        self.inside = _Form(said.get("method", "get").lower())
        self.inside.ways.append((said.get("action", ""), "browser"))
        self.inside.ways += [(said[name], by) for name, by in SENT_BY.items() if name in said]
        self.forms.append(self.inside)
        if "id" in said:
            self.by_id[said["id"]] = self.inside
            for tag, one in self.ahead.pop(said["id"], ()):
                self._inside(self.inside, tag, one)

    def _field(self, form: _Form, tag: str, said: dict[str, str]) -> None:
        name, kind = said["name"], said.get("type", "text") if tag == "input" else tag
        kind = "hidden" if "hidden" in said else kind
        self.select = name if tag == "select" else self.select
        self.textarea = name if tag == "textarea" else None
        if kind in BUTTONS:
            self._button(form, said)
        elif kind in TYPED:
            form.typed.add(name)
            form.fields[name] = said.get("value", "")
        elif name not in form.fields or "checked" in said:
            form.fields[name] = said.get("value", "on" if kind == "checkbox" else "")

    def _button(self, form: _Form, said: dict[str, str]) -> None:
        if said.get("name"):
            form.fields[said["name"]] = form.fields.get(said["name"]) or said.get("value", "")
        if "formaction" in said:
            form.ways.append((said["formaction"], "browser"))
        if "data-hx-post" in said:
            form.ways.append((said["data-hx-post"], "htmx"))

    def handle_data(self, data: str) -> None:
        if self.textarea and self.forms:
            # As a browser reads it: the line break right after the tag is no part of the text.
            self.forms[-1].fields[self.textarea] = data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        self.textarea = None
        self.select = None if tag == "select" else self.select


def targets(html: str, url: str) -> Iterator[Target]:
    """Every way in which the page at this address offers to send something."""
    reader = _Reader()
    reader.feed(html)
    for form in reader.forms:
        form.fields.pop("csrfmiddlewaretoken", None)
        for action, by in dict.fromkeys(form.ways):
            yield Target(form.method, urljoin(url, action), by, form.fields, frozenset(form.typed))
