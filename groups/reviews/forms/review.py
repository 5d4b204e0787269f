"""The form of a review: a verdict and comments on each answer, a comment on the whole, and a decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.reviews.annotated_revision import Passage
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.typed_words import named, rows_in
from groups.reviews.verdict import Verdict
from notes.revision import Answer
from readlist_site.base.drafts import Conflict
from readlist_site.base.languages.direction import isolated
from readlist_site.base.text import render
from readlist_site.base.web.markdown_forms import MarkdownField

from .words import CommentsOnWords


@dataclass(frozen=True)
class AnswerRow:
    """An answer with its fields."""

    passage: Passage
    verdict: forms.BoundField
    comment: forms.BoundField
    on_words: CommentsOnWords


class ReviewForm(forms.Form):
    """The form of a review. Fields are named by the key of the prompt, so that what was typed for one revision fits the
    next.

    `unsure` is set for an approval in which an answer has no verdict or needs work. It is valid if `confirmed`."""

    overall = MarkdownField(required=False, widget=forms.Textarea(attrs={"class": "input written", "rows": 3}))
    decision = forms.ChoiceField(
        choices=Review.Decision.choices,
        widget=forms.HiddenInput,
        error_messages={"required": gettext_lazy("Approve the summary or request changes.")},
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, passages: Iterable[Passage], data: Mapping | None = None, **kwargs) -> None:
        super().__init__(data, **kwargs)
        self.passages = {passage.answer.prompt_id: passage for passage in passages}
        self.on_words: dict[int, CommentsOnWords] = {}
        self.unsure = False
        for key, passage in self.passages.items():
            self.fields[f"verdict_{key}"] = forms.ChoiceField(
                label=_("Verdict"), required=False, choices=Verdict.Value.choices, widget=forms.RadioSelect
            )
            self.fields[f"comment_{key}"] = MarkdownField(
                label=_("Comment on: %(prompt)s") % {"prompt": isolated(passage.answer.prompt_text)},
                required=False,
                widget=forms.Textarea(
                    attrs={"class": "input written", "rows": 2, "placeholder": _("Comment on this answer")}
                ),
            )
            typed = self.data if self.is_bound else self.initial
            self.on_words[key] = CommentsOnWords(self, passage.answer, typed)
        # In the order of the page, because the first invalid field gets the focus.
        self.order_fields([*(name for name in self.fields if name != "overall"), "overall"])

    def clean(self) -> dict:
        cleaned = super().clean()
        decision = cleaned.get("decision")
        for each in self.on_words.values():
            each.clean()
        for name in self._texts:
            if refusal := render(cleaned.get(name, "")).refusal:
                self.add_error(name, refusal)
        if decision == Review.Decision.REQUEST_CHANGES and not self._has_comment(cleaned):
            self.add_error("overall", _("Say what should change, here or at one of the answers."))
        if (
            decision == Review.Decision.APPROVE
            and not self.errors
            and (self.without_verdict or self.needing_work)
            and not cleaned["confirmed"]
        ):
            self.unsure = True
            self.add_error(None, _("Not every answer has the verdict “Holds up”."))
        return cleaned

    def _has_comment(self, cleaned: dict) -> bool:
        return any(cleaned.get(name) or name in self.errors for name in self._texts)

    @property
    def _texts(self) -> list[str]:
        """The names of the text fields."""
        rows = [row for each in self.on_words.values() for row in each.rows]
        remarks = [field.name for row in rows for field in (row.remark, row.instead)]
        return ["overall", *(f"comment_{key}" for key in self.passages), *remarks]

    @property
    def without_verdict(self) -> list[Answer]:
        """The answers without a verdict."""
        data = self.cleaned_data
        return [each.answer for key, each in self.passages.items() if not data.get(f"verdict_{key}")]

    @property
    def needing_work(self) -> list[Answer]:
        """The answers with the verdict that they need work."""
        data = self.cleaned_data
        return [
            each.answer for key, each in self.passages.items() if data.get(f"verdict_{key}") == Verdict.Value.NEEDS_WORK
        ]

    @property
    def rows(self) -> list[AnswerRow]:
        """Each answer with its fields."""
        return [
            AnswerRow(each, self[f"verdict_{key}"], self[f"comment_{key}"], self.on_words[key])
            for key, each in self.passages.items()
        ]

    def verdicts(self) -> list[Verdict]:
        """Return an unsaved verdict for each answer, and the comments on words of the answers."""
        data = self.cleaned_data
        verdicts = [
            Verdict(answer=each.answer, value=data[f"verdict_{key}"], comment=data[f"comment_{key}"])
            for key, each in self.passages.items()
        ]
        return [*verdicts, *(comment for each in self.on_words.values() for comment in each.comments)]


def form_with_typed(
    passages: Iterable[Passage], typed: Mapping, changed: Iterable[int] = (), carried: Mapping | None = None
) -> ReviewForm:
    """Return an unbound form with what was typed, without the verdicts on the prompts in `changed`. Fields that were
    not typed in get their value from `carried`.

    Comments on answers that the revision no longer has, or on words of them, are appended to the comment on the
    whole."""
    form = ReviewForm(passages, initial=typed)
    held = {name: typed[name] for name in form.fields if name in typed and name not in ("decision", "confirmed")}
    for key in changed:
        held.pop(f"verdict_{key}", None)
    orphans = [
        typed[name]
        for name in typed
        if name.startswith(("comment_", "words_", "remark_", "instead_")) and name not in form.fields
    ]
    held["overall"] = "\n\n".join(filter(None, [typed.get("overall", ""), *orphans]))
    return ReviewForm(passages, initial={**(carried or {}), **held})


def conflict_between(round: ReviewRound, mine: Mapping, theirs: ReviewDraft | Review | None) -> Conflict:
    """Return the conflict between what was typed in this window and the draft or review that another one saved, with
    verdicts as their labels."""
    labels = {}
    for answer in round.revision.answers.all():
        labels |= {
            f"verdict_{answer.prompt_id}": _("Verdict on “%(prompt)s”") % {"prompt": isolated(answer.prompt_text)}
        }
        labels |= {f"comment_{answer.prompt_id}": answer.prompt_text}
    labels |= _labels_of_words([*mine, *(theirs.typed if theirs else ())], "words", "remark", "instead")
    words = {value: str(label) for value, label in Verdict.Value.choices}
    here, there = (
        {name: words.get(text, text) for name, text in typed.items()}
        for typed in (mine, theirs.typed if theirs else {})
    )
    draft = theirs if isinstance(theirs, ReviewDraft) else None
    conflict = Conflict.between(here, there, labels | {"overall": _("Whole summary")}, draft=draft)
    return replace(conflict, version_token=theirs.version_token) if theirs else conflict


def alternatives(draft: ReviewDraft, round: ReviewRound) -> list[dict]:
    """Return the texts that were not chosen in conflicts between two windows, latest first."""
    labels = {f"comment_{answer.prompt_id}": answer.prompt_text for answer in round.revision.answers.all()}
    labels |= _labels_of_words((name for each in draft.alternatives for name in each["typed"]), "remark", "instead")
    return draft.labelled_alternatives(labels | {"overall": _("Whole summary")})


def _labels_of_words(names: Iterable[str], *shown: str) -> dict[str, str]:
    """Return the labels of those fields of comments on words that are among these names, and of a kind that is
    shown."""
    labels = {"words": _("Words of the answer"), "remark": _("Comment on words"), "instead": _("Suggested edit")}
    kinds = {name: name.partition("_")[0] for name in names}
    return {name: labels[kind] for name, kind in kinds.items() if kind in shown}


def typed_in(round: ReviewRound, data: Mapping) -> dict[str, str]:
    """Return the form's content for a round as a draft stores it."""
    keys = [answer.prompt_id for answer in round.revision.answers.all()]
    names = ["overall", *(f"{kind}_{key}" for key in keys for kind in ("verdict", "comment"))]
    # PostgreSQL can't store null characters; browsers send line ends as CRLF.
    typed = {name: data[name] for name in names if name in data}
    for key in keys:
        typed |= named(rows_in(data, key), key)
    return {name: text.replace("\x00", "").replace("\r\n", "\n") for name, text in typed.items()}
