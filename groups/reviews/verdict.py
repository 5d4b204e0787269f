"""A reviewer's verdict and comments on the answers of a revision."""

from collections.abc import Callable

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notes.revision import Answer
from readlist_site.base.text import CONTEXT, Rendered, carry, context, diff, render, render_stored
from readlist_site.base.text.deleted_text import DELETED_TEXT


class Verdict(models.Model):
    """A reviewer's verdict and comment on one answer. With a `quote` it has no value, and is a comment on these words
    of the answer, of which a review may have several. It may have a `suggestion`, other words in their place.

    The words are kept as they are in the answer's Markdown, with the characters before and after them and their
    `offset` in it. A reply, a thread and a later revision are about such a comment as about any other."""

    class Value(models.TextChoices):
        HOLDS = "holds", _("Holds up")
        NEEDS_WORK = "needs_work", _("Needs work")
        NOT_SURE = "not_sure", _("Not sure")

    review = models.ForeignKey("groups.Review", on_delete=models.CASCADE, related_name="verdicts")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="verdicts")
    value = models.CharField(max_length=12, choices=Value.choices, blank=True)
    comment = models.TextField(blank=True, help_text="Markdown.")
    comment_html = models.TextField(blank=True, editable=False)
    quote = models.TextField(blank=True, default="", db_default="", help_text="The words it is on, as Markdown.")
    quote_html = models.TextField(blank=True, default="", db_default="", editable=False)
    quote_before = models.CharField(max_length=CONTEXT, blank=True, default="", db_default="", editable=False)
    quote_after = models.CharField(max_length=CONTEXT, blank=True, default="", db_default="", editable=False)
    offset = models.PositiveIntegerField(
        null=True, editable=False, help_text="Characters of the answer’s Markdown before the words."
    )
    suggestion = models.TextField(blank=True, default="", db_default="", help_text="Words in their place, as Markdown.")
    suggestion_html = models.TextField(
        blank=True, default="", db_default="", editable=False, help_text="What it changes in them."
    )
    renderer = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        ordering = ["review", "answer__position", F("offset").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "answer"], condition=Q(offset=None), name="groups_one_verdict_per_answer"
            ),
            models.UniqueConstraint(fields=["review", "answer", "offset"], name="groups_one_comment_per_words"),
            models.CheckConstraint(
                condition=Q(value__in=["", "holds", "needs_work", "not_sure"]),
                name="groups_verdict_known",
            ),
            models.CheckConstraint(
                condition=Q(offset=None, quote="") | Q(offset__isnull=False, value="") & ~Q(quote=""),
                name="groups_comment_on_words_has_place",
            ),
            models.CheckConstraint(
                condition=Q(suggestion="") | Q(offset__isnull=False), name="groups_suggestion_is_of_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer.prompt_text} {self.get_value_display()}"

    @property
    def is_on_words(self) -> bool:
        """Whether it is a comment on words of the answer."""
        return self.offset is not None

    @property
    def is_emptied(self) -> bool:
        """Whether it is a comment on words whose reviewer deleted its text. It is kept for the replies to it."""
        return self.is_on_words and not self.comment and not self.suggestion

    @property
    def said(self) -> tuple[str, str]:
        """The texts of its reviewer."""
        return self.comment, self.suggestion

    @property
    def place(self) -> tuple[int, int | None]:
        """What it is on: identifies it in its review."""
        return self.answer_id, self.offset

    @classmethod
    def on_words(cls, answer: Answer, passage: range, comment: str, suggestion: str = "") -> "Verdict":
        """Return an unsaved comment on a passage of an answer's Markdown, perhaps with other words in its place."""
        before, after = context(answer.body, passage)
        return cls(
            answer=answer,
            comment=comment,
            suggestion=suggestion,
            quote=answer.body[passage.start : passage.stop],
            quote_before=before,
            quote_after=after,
            offset=passage.start,
        )

    def typed_on_words(self, number: int) -> dict[str, str]:
        """Return a comment on words as the data of the review's form, by field name. `number` is its own among those on
        the answer."""
        key = f"{self.answer.prompt_id}_{number}"
        return {
            f"words_{key}": self.quote,
            f"place_{key}": f"{self.answer_id}.{self.offset}",
            f"remark_{key}": self.comment,
            f"instead_{key}": self.suggestion,
        }

    def render(self) -> None:
        """Set the HTML of its texts. Raises TextTooLong."""
        for name, value in self._html(render).items():
            setattr(self, name, value)

    def rendered_anew(self) -> dict[str, object]:
        """Return the columns with HTML, and `renderer`, as the present renderer makes them of the Markdown."""
        return self._html(lambda source: Rendered(render_stored(source), 0, ()))

    def _html(self, rendered: Callable[[str], Rendered]) -> dict[str, object]:
        comment, quote = rendered(self.comment), rendered(self.quote)
        change = diff(quote.html, rendered(self.suggestion).html).html if self.suggestion else ""
        columns = {"comment_html": comment.html, "quote_html": quote.html, "suggestion_html": change}
        return {**columns, "renderer": comment.renderer}

    def passage_in(self, text: str) -> range | None:
        """Return where the words are in a later text of the answer: see `carry`. None for a comment on the whole
        answer, and where the words were erased. Takes a comment with its answer."""
        if self.offset is None or self.quote == DELETED_TEXT:
            return None
        passage = range(self.offset, self.offset + len(self.quote))
        if self.answer.body[passage.start : passage.stop] != self.quote:
            return None
        return carry(self.answer.body, passage, text)
