"""What one person is typing on a topic. Nobody else has a way to it."""

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
from readlist_site.base.text import RENDERER_VERSION, Rendered, render


class Draft(AbstractDraft):
    """The unfinished answers of one person on one topic, begun from a revision of theirs (`base_number`, 0 for none).

    Goes with its author's account."""

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

    def finish_submission(self, number: int) -> bool:
        """It has become the revision of that number, and goes. Whether another window has saved more meanwhile: that
        goes on from there."""
        mine = Draft.objects.filter(pk=self.pk)
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
        """Keep what was typed, by prompt id, and the ids of the sources it rests on.

        `base_number` is the last revision's number, unless another is said. `rendered`: the same answers, where they
        have been rendered already. `alternative`: another text, by column, to begin what is set aside with. Raises
        StaleDraft as `save_draft` does."""
        if base_number is None:
            base_number = Revision.objects.filter(summary__author=author, summary__topic=topic).aggregate(
                n=Max("number")
            )["n"]
        rendered = rendered or {prompt: render(answer) for prompt, answer in answers.items()}
        values = {
            "answers": {str(prompt): answer for prompt, answer in answers.items()},
            "answers_html": {str(prompt): str(done.html) for prompt, done in rendered.items()},
            "renderer": RENDERER_VERSION,
            "extra": dict(extra or {}),
            "lines": sum(done.lines for done in rendered.values()),
        }
        if alternative:
            values["alternatives"] = cls().archive_alternative(alternative, at or timezone.now())
        key = {"author": author, "topic": topic, "base_number": base_number or 0}
        with transaction.atomic():
            now = Source.objects.lock_current(based_on := list(based_on))
            values["based_on"] = list(dict.fromkeys(now.get(source, source) for source in based_on))
            return cls.objects.save_draft(key, values, seen=seen, tab_id=tab_id, choice=choice, at=at)
