"""The author's replies to comments, and why the text changed; submitted with the next revision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.annotated_revision import AnnotatedRevision, Comment, revisions_to_answer
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.suggested_edit import SuggestedEdit, suggested_edits
from groups.reviews.verdict import Verdict
from notes.summary import Summary
from readlist_site.base.web.markdown_forms import MarkdownField
from readlist_site.base.web.short_text import ShortTextField


@dataclass(frozen=True)
class CommentRow:
    """One comment with the fields of its reply, and the edit that it suggests, if any. The fields are None if the
    comment has no text. `applied` has a value if the edit is applied in the author's text."""

    comment: Comment
    round: ReviewRound
    response: forms.BoundField | None
    reply: forms.BoundField | None
    applied: forms.BoundField | None = None
    edit: SuggestedEdit | None = None


def extra_field_names(author, topic: Section) -> set[str]:
    """Return the fields beside the answers that the page for this topic has or had: the reason, and the replies to
    comments on the author's summary, also in a group they have left, or on what they have withdrawn since."""
    reviews = Review.objects.filter(round__submission__summary__in=Summary.objects.filter(author=author, topic=topic))
    keys = [f"r{key}" for key in reviews.values_list("pk", flat=True)]
    keys += [f"v{key}" for key in Verdict.objects.filter(review__in=reviews).values_list("pk", flat=True)]
    return {"why", *(name for key in keys for name in _field_names(key))}


class RepliesForm(forms.Form):
    """The replies to the comments of all the author's groups. Only the comments of the group named by `submitting_to`
    are validated and become `replies`."""

    why = ShortTextField(
        label=_("Why it changed"),
        required=False,
        max_length=ReviewRound._meta.get_field("why").max_length,
        help_text=_("One line for those who read an earlier revision."),
    )

    def __init__(
        self,
        rounds: Iterable[ReviewRound],
        prompts: Iterable[int],
        data: Mapping | None = None,
        *,
        submitting_to: Group | None = None,
        answers: Mapping[int, str] | None = None,
        **kwargs,
    ) -> None:
        """`rounds` are the author's `open_rounds`; `prompts` are the keys of the prompts that have a field on the
        page, `answers` what stands in these."""
        super().__init__(data, **kwargs)
        self.rounds, self.prompts, self.submitting_to = list(rounds), set(prompts), submitting_to
        self.answers = answers or {}
        self.texts = revisions_to_answer(self.rounds)
        self.replies: list[CommentReply] = []
        # With a maxlength the browser would silently cut pasted text.
        self.fields["why"].widget.attrs.pop("maxlength", None)
        for comment in _comments(self.texts):
            self.fields[f"word_{comment.key}"] = forms.ChoiceField(
                label=_("Your reply"), required=False, choices=CommentReply.Response.choices, widget=forms.RadioSelect
            )
            self.fields[f"reply_{comment.key}"] = MarkdownField(
                label=_("Reply"),
                required=False,
                widget=forms.Textarea({"rows": 1, "placeholder": _("Reply")}),
            )
            if comment.verdict and comment.verdict.suggestion:
                self.fields[f"applied_{comment.key}"] = forms.CharField(required=False, widget=forms.HiddenInput)
        # In the order of the page, because the first invalid field gets the focus.
        self.order_fields([*(name for name in self.fields if name != "why"), "why"])

    def clean(self) -> None:
        """Validate the replies to the group that is submitted to. Of the replies to other groups, only one that is too
        long to be saved is an error."""
        going_out = _comments(text for text in self.texts if text.round.submission.group == self.submitting_to)
        held = {name for comment in going_out for name in _field_names(comment.key)} | (
            {"why"} if self.submitting_to else set()
        )
        for name in self.fields.keys() - held:
            if not self.has_error(name, "max_length"):
                self.errors.pop(name, None)
        for comment in going_out:
            self._add_reply(comment)

    def _add_reply(self, comment: Comment) -> None:
        response, text, _applied = _field_names(comment.key)
        if response in self.errors or text in self.errors:
            return
        chosen, written = self.cleaned_data[response], self.cleaned_data[text]
        if written and not chosen:
            self.add_error(response, _("Choose Addressed, Disagree or Later."))
        elif chosen == CommentReply.Response.DISAGREE and not written:
            self.add_error(text, _("Say why you disagree."))
        elif chosen:
            on = {"verdict": comment.verdict} if comment.verdict else {"review": comment.review}
            is_applied = chosen == CommentReply.Response.ADDRESSED and self._is_applied(comment)
            reply = CommentReply(response=chosen, applied=is_applied, **on)
            if refusal := reply.set_text(written):
                self.add_error(text, refusal)
            self.replies.append(reply)

    def rows_about(self, prompt: int) -> list[CommentRow]:
        """Return the rows of the comments on the answer to a prompt, from all groups."""
        return [self._row(comment, text) for text in self.texts for comment in _on_answers(text, {prompt})]

    @property
    def overall_rows(self) -> list[tuple[AnnotatedRevision, list[CommentRow]]]:
        """Each revision with the rows of its comments on the whole, and on answers to prompts that have no field on the
        page."""
        rows = []
        for text in self.texts:
            elsewhere = {passage.answer.prompt_id for passage in text.passages} - self.prompts
            comments = [*text.overall_comments, *_on_answers(text, elsewhere)]
            rows.append((text, [self._row(comment, text) for comment in comments]))
        return rows

    @property
    def comment_count(self) -> int:
        """The number of comments to reply to."""
        return len(_comments(self.texts))

    @property
    def answered_count(self) -> int:
        """The number of comments that have a reply in the form."""
        return sum(bool(self[f"word_{comment.key}"].value()) for comment in _comments(self.texts))

    @cached_property
    def edits(self) -> dict[str, SuggestedEdit]:
        """The edits that comments suggest, by the key of the comment, as they stand beside the author's text."""
        found = []
        for text in self.texts:
            for passage in text.passages:
                applied = {each.key for each in passage.comments if self._is_applied(each)}
                answer = self.answers.get(passage.answer.prompt_id, "")
                found += suggested_edits(passage.comments, answer, applied)
        return {each.comment.key: each for each in found}

    def edit(self, token: str) -> SuggestedEdit | None:
        """Return the edit with this token, if it can be applied."""
        return next((each for each in self.edits.values() if each.token == token and each.passage), None)

    def _is_applied(self, comment: Comment) -> bool:
        name = f"applied_{comment.key}"
        return name in self.fields and bool(self[name].value())

    def unsent_replies(self) -> dict[str, str]:
        """Return the replies typed for groups that are not submitted to, by field name."""
        others = _comments(text for text in self.texts if text.round.submission.group != self.submitting_to)
        typed = {
            name: self.data.get(name, "").replace("\0", "") for comment in others for name in _field_names(comment.key)
        }
        return {name: text for name, text in typed.items() if text}

    def _row(self, comment: Comment, text: AnnotatedRevision) -> CommentRow:
        names = [name if name in self.fields else "" for name in _field_names(comment.key)]
        return CommentRow(
            comment, text.round, *(self[name] if name else None for name in names), self.edits.get(comment.key)
        )


def _comments(texts: Iterable[AnnotatedRevision]) -> list[Comment]:
    """Return the comments that have a text, those on the whole first."""
    return [
        comment
        for text in texts
        for comment in sorted(text.written_comments, key=lambda comment: comment.verdict is not None)
    ]


def _on_answers(text: AnnotatedRevision, prompts: set[int]) -> list[Comment]:
    """Return the comments on the answers to these prompts. A change request needs no verdict on each answer: what
    neither has one nor says anything is left out."""
    about = [passage.comments for passage in text.passages if passage.answer.prompt_id in prompts]
    return [each for comments in about for each in comments if each.verdict.value or each.text_html or each.messages]


def _field_names(key: str) -> tuple[str, str, str]:
    """Return the names of the fields of the reply to the comment with this key."""
    return f"word_{key}", f"reply_{key}", f"applied_{key}"
