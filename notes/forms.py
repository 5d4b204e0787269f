"""The form of a summary: an answer for each prompt that stands, and the sources it rests on."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django import forms
from django.utils.text import capfirst

from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from catalog.sources.source import Source
from notes.draft import Draft
from notes.line_meter import MAX_LINES, MIN_LINES, LineMeter
from notes.notebook import Notebook
from notes.reading import Reading
from notes.revision import Revision, as_frozen
from readlist_site.base.drafts import Conflict, StaleDraft, concat
from readlist_site.base.text import MAX_LENGTH, Rendered, plain, render
from readlist_site.base.web.pagination import whole_number

# How the fields are called that a draft keeps as they are.
EXTRA_FIELDS = re.compile(r"(word|reply)_[rv][0-9]{1,18}|why")


class AnswerField(forms.CharField):
    """Markdown as it was typed. What no keyboard types is dropped; too much is said, never cut."""

    def __init__(self, prompt: Prompt) -> None:
        box = forms.Textarea(
            {"class": "input written", "rows": 3, "aria-describedby": f"wrong-{prompt.pk} below-{prompt.pk}"}
        )
        super().__init__(label=prompt.text, required=False, max_length=MAX_LENGTH, strip=False, widget=box)

    def to_python(self, value: str | None) -> str:
        return super().to_python(value).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict:
        # With a maxlength the browser would cut what is pasted without a word.
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class SourcesField(forms.MultipleChoiceField):
    """Some of a topic's sources, as ids. What isn't one of them, or is no longer, is left out; what was merged into
    one of them while the page stood open is that one."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: object) -> list[int]:
        chosen = set(map(whole_number, super().to_python(value))) - {None}
        strange = chosen - {source for source, _ in self.choices}
        chosen |= set(Source.objects.resolve_merged(strange).values())
        return [source for source, _ in self.choices if source in chosen]

    def valid_value(self, value: int) -> bool:
        return True


@dataclass(frozen=True)
class AnswerRow:
    """A prompt with what is written for it. `rendered` is missing where it is too long."""

    prompt: Prompt
    field: forms.BoundField
    rendered: Rendered | None


@dataclass(frozen=True)
class Basis:
    """A source that the summary may rest on, and how far one is with it."""

    entry: Entry
    reading: Reading | None
    chosen: bool


class SummaryForm(forms.Form):
    """What one person writes on one topic. A draft may say anything; `submitting` holds it to the list's method."""

    def __init__(self, notebook: Notebook, data=None, *, submitting: bool = False) -> None:
        self.notebook, self.submitting, self.draft = notebook, submitting, notebook.draft
        self._load_saved(notebook)
        self.answers, self.based_on = dict(self.saved_answers), list(self.saved_sources)
        super().__init__(
            data,
            initial={_name(prompt): answer for prompt, answer in self.answers.items()} | {"based_on": self.based_on},
        )
        self.prompts = list(Prompt.objects.not_retired().filter(list=notebook.topic.list_id))
        for prompt in self.prompts:
            self.fields[_name(prompt.pk)] = AnswerField(prompt)
        sources = {entry.source_id: entry.title for entry in notebook.entries}
        self.fields["based_on"] = SourcesField(label="Based on", required=False, choices=sources.items())

    def clean(self) -> None:
        """Keep what was typed, then say what is missing."""
        for prompt in self.prompts:
            if _name(prompt.pk) in self.cleaned_data:
                self.answers[prompt.pk] = self.cleaned_data[_name(prompt.pk)]
            else:
                self.answers.pop(prompt.pk, None)
        self.based_on = self.cleaned_data.get("based_on", [])
        self.can_be_saved = not self.errors
        if self.submitting and self.can_be_saved:
            self._check_method()

    @cached_property
    def rendered(self) -> dict[int, Rendered]:
        """Every answer as HTML, by prompt id. Takes its time: ask for it outside of a transaction."""
        return {prompt.pk: render(self.answers.get(prompt.pk, "")) for prompt in self.prompts if self._fits(prompt)}

    @property
    def meter(self) -> LineMeter:
        """The lines over all answers."""
        return LineMeter(sum(answer.lines for answer in self.rendered.values()))

    def rows(self) -> list[AnswerRow]:
        """The prompts with their answers, in the list's order."""
        return [
            AnswerRow(prompt, self[_name(prompt.pk)], self.rendered.get(prompt.pk) if self._fits(prompt) else None)
            for prompt in self.prompts
        ]

    def bases(self) -> list[Basis]:
        """The sources it may rest on, in the list's order, each once."""
        places = {entry.source_id: entry for entry in reversed(self.notebook.entries)}
        return [
            Basis(entry, self.notebook.reading(entry), entry.source_id in self.based_on)
            for entry in self.notebook.entries
            if places[entry.source_id] == entry
        ]

    @property
    def based_on_errors(self) -> list[str]:
        """What is wrong with the sources chosen."""
        return self.errors.get("based_on", [])

    @property
    def based_on_takes_focus(self) -> bool:
        """Whether that is the first thing wrong on the page."""
        return list(self.errors) == ["based_on"]

    def save_draft(self, author, *, seen: str = "", tab_id: UUID | None = None, choice: str = "") -> Draft | None:
        """Save it as the author's draft. A blank one, or one that reads as the last revision does, is no draft, unless
        something was typed beside it or set aside: then there is none from here on.

        Raises StaleDraft where another draft was saved since this page saw one, or another revision submitted; unless
        the author has seen that and made their `choice`."""
        there, topic, without = self.notebook.draft, self.notebook.topic, replace(self.notebook, draft=None)
        extra, mine = self.extra, None
        if choice == "merge":
            self._concat()
        elif choice == "take" and not there:
            extra, mine = {}, self._revert()
        self._load_saved(without)
        nothing_new = not self.extra and (self.is_blank or (self.notebook.revision and not self.is_unsaved))
        if self.is_stale and not choice and not nothing_new:
            raise StaleDraft(there)
        if nothing_new and not choice and not (there and there.alternatives):
            self.draft = None
            if there and not there.may_overwrite(seen, tab_id):
                raise StaleDraft(there)
            if there:
                Draft.objects.filter(pk=there.pk, version=there.version).delete()
                if since := Draft.objects.filter(pk=there.pk).first():
                    raise StaleDraft(since)
        else:
            self.draft = Draft.save_answers(
                author, topic, self.answers, self.based_on,
                extra=extra, alternative=mine, choice=choice, rendered=self.rendered,
                # Where another window dropped the draft, it said nothing that the last revision does not say.
                seen=seen if there else "", tab_id=tab_id,
            )  # fmt: skip
            self.saved_answers, self.saved_sources = dict(self.answers), list(self.based_on)
        return self.draft

    @property
    def base_number(self) -> int:
        """The number of the last revision; 0 before the first."""
        return self.notebook.revision.number if self.notebook.revision else 0

    @property
    def is_stale(self) -> bool:
        """Whether a newer revision was submitted since the page was opened. A page that doesn't say isn't."""
        return self.is_bound and self.data.get("base", str(self.base_number)) != str(self.base_number)

    def conflict(self) -> Conflict:
        """What stands in the form beside what is kept: of the draft, else of the last revision."""
        theirs, _ = self.notebook.latest_answers()
        labels = {str(prompt.pk): prompt.text for prompt in self.prompts}
        draft = self.notebook.draft
        there = {str(prompt): text for prompt, text in theirs.items()} | (draft.extra if draft else {})
        here = {str(prompt): text for prompt, text in self.answers.items()} | self.extra
        labels |= {name: label for name in {**here, **there} if (label := _extra_label(name))}
        return Conflict.between(here, there, labels, draft=draft)

    @property
    def without_draft(self) -> str:
        """What stands where there is no draft."""
        return f"As in revision {self.base_number}" if self.base_number else "Nothing to save yet"

    def alternatives(self) -> list[dict]:
        """The texts that were not chosen of two, the latest first: of each when it was typed, and what it said."""
        kept = self.notebook.draft.alternatives if self.notebook.draft else []
        return [
            {
                "at": datetime.fromisoformat(text["at"]),
                "fields": [
                    (prompt.text, said) for prompt in self.prompts if (said := text["answers"].get(str(prompt.pk)))
                ]
                + [
                    (capfirst(label), said)
                    for name, said in text.get("extra", {}).items()
                    if (label := _extra_label(name))
                ],
            }
            for text in reversed(kept)
        ]

    def _concat(self) -> None:
        theirs, sources = self.notebook.latest_answers()
        self.answers = concat(self.answers, theirs)
        self.based_on = list(dict.fromkeys([*self.based_on, *sources]))
        self.__dict__.pop("rendered", None)

    def _revert(self) -> dict:
        """Say what the last revision says, which was chosen: what was typed, by column."""
        answers = {str(prompt): answer for prompt, answer in self.answers.items()}
        mine = {"answers": answers, "based_on": self.based_on, "extra": self.extra}
        self.answers, self.based_on = dict(self.saved_answers), list(self.saved_sources)
        self.__dict__.pop("rendered", None)
        return mine

    def freeze(self, author) -> Revision:
        """Make it the author's next revision."""
        return Revision.freeze(author, self.notebook.topic, self.answers, self.based_on, rendered=self.rendered)

    @property
    def extra(self) -> dict[str, str]:
        """What else was typed on the page: replies to comments, and why it changed."""
        typed = {name: text.replace("\0", "") for name, text in self.data.items() if EXTRA_FIELDS.fullmatch(name)}
        return {name: text for name, text in typed.items() if text}

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written for any prompt."""
        return not any(answer.strip() for answer in self.answers.values())

    @property
    def is_unsaved(self) -> bool:
        """Whether it says or rests on something else than the draft does or, without one, the last revision."""
        return set(self.based_on) != set(self.saved_sources) or any(
            as_frozen(self.answers.get(prompt, "")) != as_frozen(self.saved_answers.get(prompt, ""))
            for prompt in {*self.answers, *self.saved_answers}
        )

    def _load_saved(self, notebook: Notebook) -> None:
        """Take what the notebook holds for what is kept, but for sources that have left the topic."""
        here = {entry.source_id for entry in notebook.entries}
        self.saved_answers, sources = notebook.latest_answers()
        self.saved_sources = [source for source in sources if source in here]

    def _check_method(self) -> None:
        lines = {prompt.pk: self.rendered[prompt.pk].lines for prompt in self.prompts}
        if not lines:
            self.add_error(None, "This list asks no questions, so there is nothing to submit.")
        for prompt in self.prompts:
            # An empty list or fence takes lines and says nothing.
            if not plain(self.rendered[prompt.pk].html):
                self.add_error(_name(prompt.pk), "This has no answer yet.")
            elif self.rendered[prompt.pk].stalled:
                self.add_error(
                    _name(prompt.pk), "A formula took too long to read. Submit again, or write it more simply."
                )
        if lines and not self.errors and self.meter.missing:
            shortest = min(lines, key=lines.get)
            self.add_error(
                _name(shortest),
                f"{_written(self.meter.lines)} in all; {MIN_LINES} are the least. Say more, here for one.",
            )
        if not self.errors and self.meter.too_many:
            longest = max(lines, key=lines.get)
            self.add_error(
                _name(longest),
                f"{_written(self.meter.lines)} in all; {MAX_LINES} are the most. This answer is the longest.",
            )
        if self.notebook.entries and not self.based_on:
            self.add_error("based_on", "Say which source it rests on: one at least.")

    def _fits(self, prompt: Prompt) -> bool:
        return prompt.pk in self.answers or not self.is_bound


def _name(prompt: int) -> str:
    return f"answer_{prompt}"


def _extra_label(name: str) -> str:
    """What a page calls a text that is kept beside the answers; nothing where it is a choice."""
    return "why it changed" if name == "why" else "a reply" if name.startswith("reply_") else ""


def _written(lines: int) -> str:
    return f"{lines} line{'' if lines == 1 else 's'}"
