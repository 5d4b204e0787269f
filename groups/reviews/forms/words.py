"""The fields of a review's form for comments on words of an answer: as many as are typed, and an empty one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.reviews.typed_words import FIELDS, numbers_in
from groups.reviews.verdict import Verdict
from notes.revision import Answer
from readlist_site.base.languages.direction import isolated
from readlist_site.base.text import find, markdown_passage, visible_characters
from readlist_site.base.web.markdown_forms import MarkdownField

MOST_WORDS = 2_000  # characters of the words that one comment is on
MOST_COMMENTS = 20  # on words of one answer
NEW = "new"  # the number of the fields that a script copies

_PLACE = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


class QuoteField(forms.CharField):
    """Words of an answer, as they are shown or as they stand in its Markdown."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            required=False,
            max_length=MOST_WORDS,
            widget=forms.Textarea({"rows": 2, "class": "input written"}),
            **kwargs,
        )

    def to_python(self, value: str | None) -> str:
        return super().to_python(value).replace("\0", "").replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict:
        # With a maxlength the browser would silently cut pasted text.
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


@dataclass(frozen=True)
class WordsRow:
    """The fields of one comment on words. `place` is where a script or an earlier save found them: the answer's key and
    the offset in its Markdown."""

    number: str
    words: forms.BoundField
    place: forms.BoundField
    remark: forms.BoundField
    instead: forms.BoundField

    @property
    def fields(self) -> tuple[forms.BoundField, ...]:
        return self.words, self.place, self.remark, self.instead

    @property
    def suggests(self) -> bool:
        """Whether something is typed in place of the words, or is wrong there."""
        return bool(self.instead.value() or self.instead.errors)

    @property
    def is_empty(self) -> bool:
        return not self.is_new and not any(field.value() for field in self.fields)

    @property
    def is_new(self) -> bool:
        return self.number == NEW


class CommentsOnWords:
    """The comments on words of one answer in a review's form. Adds their fields to the form; `comments` are those of a
    form that was cleaned, as unsaved verdicts."""

    def __init__(self, form: forms.Form, answer: Answer, typed: Mapping[str, str]) -> None:
        """`typed` is what stands in the form, by field name."""
        self.form, self.answer, self.comments = form, answer, []
        self.numbers = numbers_in(typed, answer.prompt_id)
        empty = next((str(n) for n in range(100) if str(n) not in self.numbers), NEW)
        for number in dict.fromkeys([*self.numbers, empty, NEW]):
            self._add_fields(number)
        self.empty, self.new = self.row(empty), self.row(NEW)

    def _add_fields(self, number: str) -> None:
        prompt = isolated(self.answer.prompt_text)
        fields = {
            "words": QuoteField(label=_("Words of the answer to: %(prompt)s") % {"prompt": prompt}),
            "place": forms.CharField(required=False, max_length=40, widget=forms.HiddenInput),
            "remark": MarkdownField(
                label=_("Comment on words of the answer to: %(prompt)s") % {"prompt": prompt},
                required=False,
                widget=forms.Textarea(
                    {"rows": 2, "class": "input written", "placeholder": _("Comment on these words")}
                ),
            ),
            "instead": MarkdownField(
                label=_("Suggested edit"), required=False, widget=forms.Textarea({"rows": 3, "class": "input written"})
            ),
        }
        for name, field in fields.items():
            self.form.fields[f"{name}_{self.answer.prompt_id}_{number}"] = field

    def row(self, number: str) -> WordsRow:
        return WordsRow(number, *(self.form[f"{name}_{self.answer.prompt_id}_{number}"] for name in FIELDS))

    @property
    def rows(self) -> list[WordsRow]:
        """The fields that something is typed in."""
        return [self.row(number) for number in self.numbers]

    def clean(self) -> None:
        """Find the words of each comment in the answer, and set `comments`. Adds errors to the form."""
        self.comments, taken = [], set()
        for row in self.rows:
            if any(field.name in self.form.errors for field in row.fields):
                continue
            words, place, remark, instead = (self.form.cleaned_data[field.name] for field in row.fields)
            instead = "" if instead.strip() == words else instead.strip()
            if not words and not remark and not instead:
                continue
            found = self._locate(row, words, place)
            if found is None:
                continue
            if not remark and not instead:
                self.form.add_error(
                    row.remark.name, _("Write a comment on these words, change them, or delete the comment.")
                )
            elif found.start in taken:
                self.form.add_error(row.words.name, _("Another comment begins with the same words."))
            else:
                taken.add(found.start)
                self.comments.append(Verdict.on_words(self.answer, found, remark, instead))
        if len(self.comments) > MOST_COMMENTS:
            last = self.rows[MOST_COMMENTS].words.name
            most = {"most": MOST_COMMENTS}
            self.form.add_error(last, _("Comment on at most %(most)s passages of one answer.") % most)

    def _locate(self, row: WordsRow, words: str, place: str) -> range | None:
        """Return the passage of the answer's Markdown that the words are. Adds an error to the form if there is none,
        or more than one and `place` doesn't say which."""
        if not words:
            self.form.add_error(row.words.name, _("Select the words in the answer, or write them here."))
            return None
        if found := _at(self.answer, words, place):
            return found
        found = find(self.answer.body, words) or _shown(self.answer, words)
        if len(found) == 1:
            return found[0]
        if not found:
            self.form.add_error(row.words.name, _("The answer doesn’t have these words."))
        else:
            message = ngettext(
                "The answer has these words %(count)s time. Add the words before or after them.",
                "The answer has these words %(count)s times. Add the words before or after them.",
                len(found),
            )
            self.form.add_error(row.words.name, message % {"count": len(found)})
        return None


def words_selected(answer: Answer, words: str, start: int, stop: int) -> tuple[str, str]:
    """Return the words of an answer's Markdown that are shown as these visible characters (see `selected_words`), and
    their place as the form has it. If the characters are not those of `words`, returns `words` and no place."""
    characters = "".join(words.split())
    if visible_characters(answer.body_html)[start:stop] == characters and characters:
        found = markdown_passage(answer.body, answer.body_html, range(start, stop))
        if found:
            return answer.body[found.start : found.stop], f"{answer.pk}.{found.start}"
    return words, ""


def _at(answer: Answer, words: str, place: str) -> range | None:
    """Return the passage at a place of this answer, if it has these words there."""
    found = _PLACE.fullmatch(place)
    if not found or found[1] != str(answer.pk):
        return None
    passage = range(int(found[2]), int(found[2]) + len(words))
    return passage if answer.body[passage.start : passage.stop] == words else None


def _shown(answer: Answer, words: str) -> list[range]:
    """Return the passages of the Markdown that are shown with these words."""
    text, sought = visible_characters(answer.body_html), "".join(words.split())
    starts = [found.start() for found in re.finditer(f"(?={re.escape(sought)})", text)] if sought else []
    if len(starts) > 1:
        return [range(start, start + len(sought)) for start in starts]
    passages = (markdown_passage(answer.body, answer.body_html, range(at, at + len(sought))) for at in starts)
    return [passage for passage in passages if passage]
