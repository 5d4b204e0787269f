"""Drafts of summaries. They are visible to their author only."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from catalog.outline.section import Section
from catalog.sources.source import Source
from notes.revision import Revision
from readlist_site.base.drafts import AbstractDraft, DraftQuerySet
from readlist_site.base.text import RENDERER_VERSION, Rendered, as_sent, count_lines, render, render_stored


class Draft(AbstractDraft):
    """One person's unfinished answers on one topic, based on a revision of theirs (`base_number`; 0 for none).

    Deleted with its author's account."""

    TYPED = ("answers", "based_on", "extra")

    topic = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="drafts")
    base_number = models.PositiveIntegerField(default=0, help_text="The number of the revision it goes on from.")
    answers = models.JSONField(default=dict, help_text="Markdown by prompt id (as text).")
    answers_html = models.JSONField(default=dict, editable=False, help_text="The same, rendered.")
    renderer = models.PositiveSmallIntegerField(default=0, editable=False)
    based_on = models.JSONField(default=list, help_text="Ids of the sources it rests on.")
    extra = models.JSONField(default=dict, help_text="What else was typed on the page, by field: replies to comments.")
    lines = models.PositiveIntegerField(default=0, help_text="Counted by the server when it was saved.")

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "topic", "base_number"], name="notes_one_draft_per_base"),
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.topic}, draft"

    def texts_of(self, alternative: dict) -> dict[str, str]:
        return alternative["answers"] | alternative.get("extra", {})

    def rendered_anew(self) -> dict[str, object]:
        """Returns the columns with HTML, `lines` and `renderer`, as the present renderer makes them of the answers."""
        html = {prompt: str(render_stored(answer, is_typed=True)) for prompt, answer in self.answers.items()}
        lines = sum(count_lines(each) for each in html.values())
        return {"answers_html": html, "lines": lines, "renderer": RENDERER_VERSION}

    def finish_submission(self, number: int, *, extra: Mapping[str, str] | None = None) -> bool:
        """Deletes this version of the draft, which has become the revision `number`. If another tab has saved since,
        that draft is rebased on the revision instead, and True is returned; and so is this one, with this `extra` in
        place of its own, if it has private comments, which the revision has not."""
        mine = Draft.objects.filter(pk=self.pk)
        if any(as_sent(answer).left_out for answer in self.answers.values()):
            mine.filter(version=self.version).update(extra=dict(extra or {}))
        else:
            mine.filter(version=self.version).delete()
        return bool(mine.update(base_number=number))

    @classmethod
    def save_answers(
        cls,
        author,
        topic: Section,
        answers: Mapping[int, str],
        based_on: Iterable[int] = (),
        *,
        extra: Mapping[str, str] | None = None,
        base_number: int | None = None,
        seen: str = "",
        tab_id: UUID | None = None,
        choice: str = "",
        alternative: Mapping | None = None,
        rendered: Mapping[int, Rendered] | None = None,
        at: datetime | None = None,
    ) -> "Draft":
        """Saves the answers, by prompt id, and the ids of the sources they are based on. Returns the draft.

        `base_number` defaults to the number of the last revision. `rendered`: the answers' HTML, if it is known.
        `alternative`: a text, by column, that becomes the first of `alternatives`. Locks the sources, and replaces
        merged ones by those that they were merged into. Raises StaleDraft as `save_draft` does."""
        if base_number is None:
            base_number = Revision.objects.filter(summary__author=author, summary__topic=topic).aggregate(
                n=Max("number")
            )["n"]
        rendered = rendered or {prompt: render(answer) for prompt, answer in answers.items()}
        values = {
            "answers": {str(prompt): answer for prompt, answer in answers.items()},
            "answers_html": {str(prompt): str(result.html) for prompt, result in rendered.items()},
            "renderer": RENDERER_VERSION,
            "extra": dict(extra or {}),
            "lines": sum(result.lines for result in rendered.values()),
        }
        if alternative:
            values["alternatives"] = cls().archive_alternative(alternative, at or timezone.now())
        key = {"author": author, "topic": topic, "base_number": base_number or 0}
        with transaction.atomic():
            current = Source.objects.lock_current(based_on := list(based_on))
            values["based_on"] = list(dict.fromkeys(current.get(source, source) for source in based_on))
            return cls.objects.save_draft(key, values, seen=seen, tab_id=tab_id, choice=choice, at=at)
