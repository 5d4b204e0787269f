"""The form of a summary: an answer to each current prompt, and the sources it is based on."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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

# Names of the form fields that `Draft.extra` stores.
EXTRA_FIELDS = re.compile(r"(word|reply|applied)_[rv][0-9]{1,18}|why")


class AnswerField(forms.CharField):
    """Markdown as typed, with NUL removed and line breaks normalised. Too long a text is an error; it is never cut."""

    def __init__(self, prompt: Prompt) -> None:
        widget = forms.Textarea(
            {
                "class": "input written",
                "rows": 3,
                "aria-describedby": f"wrong-{prompt.pk} below-{prompt.pk}",
                "data-takes-images": "",
            }
        )
        super().__init__(label=prompt.text, required=False, max_length=MAX_LENGTH, strip=False, widget=widget)

    def to_python(self, value: str | None) -> str:
        return super().to_python(value).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict:
        # With a maxlength the browser would silently cut pasted text.
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class SourcesField(forms.MultipleChoiceField):
    """Sources of a topic, as ids. Ids that aren't among the choices are ignored; one that was merged into a choice
    since the page was loaded counts as that choice."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: object) -> list[int]:
        chosen = set(map(whole_number, super().to_python(value))) - {None}
        unknown = chosen - {source for source, _ in self.choices}
        chosen |= set(Source.objects.resolve_merged(unknown).values())
        return [source for source, _ in self.choices if source in chosen]

    def valid_value(self, value: int) -> bool:
        return True


@dataclass(frozen=True)
class AnswerRow:
    """A prompt with its answer. `rendered` is None if the answer is too long."""

    prompt: Prompt
    field: forms.BoundField
    rendered: Rendered | None


@dataclass(frozen=True)
class Basis:
    """A source that the summary can be based on, and the person's reading of it."""

    entry: Entry
    reading: Reading | None
    chosen: bool


class SummaryForm(forms.Form):
    """One person's text on one topic. A draft may be incomplete; with `submitting`, the list's method is validated."""

    def __init__(
        self, notebook: Notebook, data=None, *, submitting: bool = False, extra_fields: Collection[str] = ()
    ) -> None:
        """`extra_fields` names the fields of the page that are stored in `Draft.extra`. Others are ignored, unless the
        draft has them already."""
        self.notebook, self.submitting, self.draft = notebook, submitting, notebook.draft
        self._extra_fields = {*extra_fields, *(notebook.draft.extra if notebook.draft else ())}
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
        self.fields["based_on"] = SourcesField(label=_("Based on"), required=False, choices=sources.items())

    def is_valid(self) -> bool:
        """Returns whether there are no errors, and what else was typed on the page can be stored; the form that has its
        fields says where it can't."""
        return super().is_valid() and self._extra_fits

    def clean(self) -> None:
        """Stores the valid answers and sources in `answers` and `based_on`, then validates the method if submitting."""
        for prompt in self.prompts:
            if _name(prompt.pk) in self.cleaned_data:
                self.answers[prompt.pk] = self.cleaned_data[_name(prompt.pk)]
            else:
                self.answers.pop(prompt.pk, None)
        self.based_on = self.cleaned_data.get("based_on", [])
        self.can_be_saved = not self.errors and self._extra_fits
        if self.submitting and self.can_be_saved:
            self._check_method()

    @cached_property
    def rendered(self) -> dict[int, Rendered]:
        """Every answer as HTML, by prompt id. Slow: access it outside of a transaction first."""
        return {prompt.pk: render(self.answers.get(prompt.pk, "")) for prompt in self.prompts if self._fits(prompt)}

    @property
    def meter(self) -> LineMeter:
        """The line meter of all answers together."""
        return LineMeter(sum(answer.lines for answer in self.rendered.values()))

    def rows(self) -> list[AnswerRow]:
        """Returns the prompts with their answers, in the list's order."""
        return [
            AnswerRow(prompt, self[_name(prompt.pk)], self.rendered.get(prompt.pk) if self._fits(prompt) else None)
            for prompt in self.prompts
        ]

    def bases(self) -> list[Basis]:
        """Returns the topic's sources in the list's order, each once."""
        first_entries = {entry.source_id: entry for entry in reversed(self.notebook.entries)}
        return [
            Basis(entry, self.notebook.reading(entry), entry.source_id in self.based_on)
            for entry in self.notebook.entries
            if first_entries[entry.source_id] == entry
        ]

    @property
    def based_on_errors(self) -> list[str]:
        """The errors of the sources field."""
        return self.errors.get("based_on", [])

    @property
    def based_on_takes_focus(self) -> bool:
        """Whether the sources field has the only error on the page."""
        return list(self.errors) == ["based_on"]

    def retyped(self, changed: Mapping[str, str]) -> "SummaryForm":
        """Return the form with these values in fields of the page, as if its author had typed them."""
        data = self.data.copy()
        for name, value in changed.items():
            data[name] = value
        return SummaryForm(self.notebook, data, extra_fields={*self._extra_fields, *changed})

    def save_draft(self, author, *, seen: str = "", tab_id: UUID | None = None, choice: str = "") -> Draft | None:
        """Saves the text as the author's draft and returns it. A text that is blank or equal to the last revision needs
        no draft: then an existing one is deleted and None is returned, unless replies were typed or alternatives are
        stored.

        Raises StaleDraft if, since this page was loaded, another draft was saved or a revision submitted, and the
        author has made no `choice`."""
        saved, topic, without_draft = self.notebook.draft, self.notebook.topic, replace(self.notebook, draft=None)
        extra, alternative = self.extra, None
        if choice == "merge":
            self._concat()
        elif choice == "take" and not saved:
            extra, alternative = {}, self._revert()
        self._load_saved(without_draft)
        is_unchanged = not self.extra and (self.is_blank or (self.notebook.revision and not self.is_unsaved))
        if self.is_stale and not choice and not is_unchanged:
            raise StaleDraft(saved)
        if is_unchanged and not choice and not (saved and saved.alternatives):
            self.draft = None
            if saved and not saved.may_overwrite(seen, tab_id):
                raise StaleDraft(saved)
            if saved:
                Draft.objects.filter(pk=saved.pk, version=saved.version).delete()
                if newer := Draft.objects.filter(pk=saved.pk).first():
                    raise StaleDraft(newer)
        else:
            self.draft = Draft.save_answers(
                author, topic, self.answers, self.based_on,
                extra=extra, alternative=alternative, choice=choice, rendered=self.rendered,
                # Without a saved draft nothing can be overwritten: another tab deleted it, as equal to the revision.
                seen=seen if saved else "", tab_id=tab_id,
            )  # fmt: skip
            self.saved_answers, self.saved_sources = dict(self.answers), list(self.based_on)
        return self.draft

    @property
    def base_number(self) -> int:
        """The number of the last revision; 0 if there is none."""
        return self.notebook.revision.number if self.notebook.revision else 0

    @property
    def is_stale(self) -> bool:
        """Whether a revision was submitted since the page was loaded, by the number in its data."""
        return self.is_bound and self.data.get("base", str(self.base_number)) != str(self.base_number)

    def conflict(self) -> Conflict:
        """Returns the differences between the form's text and the saved draft or, without one, the last revision."""
        saved_answers, _ = self.notebook.latest_answers()
        labels = {str(prompt.pk): prompt.text for prompt in self.prompts}
        draft = self.notebook.draft
        their_texts = {str(prompt): text for prompt, text in saved_answers.items()} | (draft.extra if draft else {})
        my_texts = {str(prompt): text for prompt, text in self.answers.items()} | self.extra
        labels |= {name: label for name in {**my_texts, **their_texts} if (label := _extra_label(name))}
        return Conflict.between(my_texts, their_texts, labels, draft=draft)

    @property
    def without_draft(self) -> str:
        """The text to show in place of the time of the last save, if there is no draft."""
        if self.is_bound and not self.is_blank and self.is_unsaved:
            return _("Not saved yet")
        if self.base_number:
            return _("Same as revision %(number)s") % {"number": self.base_number}
        return _("Your draft saves as you type")

    def alternatives(self) -> list[dict]:
        """Returns the texts that were not chosen in conflicts, the latest first, with time and labelled fields."""
        draft = self.notebook.draft
        names = [name for text in draft.alternatives for name in text.get("extra", {})] if draft else []
        labels = {name: label for name in names if (label := _extra_label(name))}
        labels |= {str(prompt.pk): prompt.text for prompt in self.prompts}
        return draft.labelled_alternatives(labels) if draft else []

    def _concat(self) -> None:
        theirs, sources = self.notebook.latest_answers()
        self.answers = concat(self.answers, theirs)
        self.based_on = list(dict.fromkeys([*self.based_on, *sources]))
        self.__dict__.pop("rendered", None)

    def _revert(self) -> dict:
        """Replaces the form's text by the last revision, which was chosen, and returns what was typed, by column."""
        answers = {str(prompt): answer for prompt, answer in self.answers.items()}
        typed = {"answers": answers, "based_on": self.based_on, "extra": self.extra}
        self.answers, self.based_on = dict(self.saved_answers), list(self.saved_sources)
        self.__dict__.pop("rendered", None)
        return typed

    def freeze(self, author) -> Revision:
        """Creates the author's next revision: see `Revision.freeze`."""
        return Revision.freeze(author, self.notebook.topic, self.answers, self.based_on, rendered=self.rendered)

    @property
    def extra(self) -> dict[str, str]:
        """What else was typed on the page: replies to comments, and the reason for the change."""
        names = filter(EXTRA_FIELDS.fullmatch, self._extra_fields & self.data.keys())
        typed = {name: self.data[name].replace("\0", "") for name in names}
        return {name: text for name, text in typed.items() if text}

    @property
    def _extra_fits(self) -> bool:
        return all(len(text) <= MAX_LENGTH for text in self.extra.values())

    @property
    def is_blank(self) -> bool:
        """Whether no prompt has an answer."""
        return not any(answer.strip() for answer in self.answers.values())

    @property
    def is_unsaved(self) -> bool:
        """Whether answers or sources differ from those of the draft or, without one, the last revision."""
        return set(self.based_on) != set(self.saved_sources) or any(
            as_frozen(self.answers.get(prompt, "")) != as_frozen(self.saved_answers.get(prompt, ""))
            for prompt in {*self.answers, *self.saved_answers}
        )

    def _load_saved(self, notebook: Notebook) -> None:
        """Sets `saved_answers` and `saved_sources` from the notebook, without sources that are no longer in the
        topic."""
        in_topic = {entry.source_id for entry in notebook.entries}
        self.saved_answers, sources = notebook.latest_answers()
        self.saved_sources = [source for source in sources if source in in_topic]

    def _check_method(self) -> None:
        lines = {prompt.pk: self.rendered[prompt.pk].lines for prompt in self.prompts}
        if not lines:
            self.add_error(None, _("This list has no prompts, so there is nothing to submit."))
        for prompt in self.prompts:
            # An empty list or code fence has lines, but no text.
            if not plain(self.rendered[prompt.pk].html):
                self.add_error(_name(prompt.pk), _("Answer this prompt."))
            elif refusal := self.rendered[prompt.pk].refusal:
                self.add_error(_name(prompt.pk), refusal)
        if lines and not self.errors and self.meter.missing:
            shortest = min(lines, key=lines.get)
            self.add_error(
                _name(shortest),
                _("%(count)s in all answers together. Write at least %(least)s, for example here.")
                % {"count": _line_count(self.meter.lines), "least": MIN_LINES},
            )
        if not self.errors and self.meter.too_many:
            longest = max(lines, key=lines.get)
            self.add_error(
                _name(longest),
                _("%(count)s in all answers together. Shorten them to %(most)s; this answer is the longest.")
                % {"count": _line_count(self.meter.lines), "most": MAX_LINES},
            )
        if self.notebook.entries and not self.based_on:
            self.add_error("based_on", _("Choose at least one source that your summary is based on."))

    def _fits(self, prompt: Prompt) -> bool:
        return prompt.pk in self.answers or not self.is_bound


def _name(prompt: int) -> str:
    return f"answer_{prompt}"


def _extra_label(name: str) -> str:
    """Returns the label of an extra field for text; "" for a field that is a choice."""
    if name == "why":
        return _("Why it changed")
    return _("Reply") if name.startswith("reply_") else ""


def _line_count(lines: int) -> str:
    return ngettext("%(lines)s line", "%(lines)s lines", lines) % {"lines": lines}
