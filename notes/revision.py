"""Revisions: the immutable, numbered texts of a summary, with the prompts' texts and sources at the time."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from catalog.sources.source import Source
from catalog.sources.source_role import Role
from notes.revision_image import RevisionImage
from notes.summary import Summary
from readlist_site.base.text import RENDERER_VERSION, Rendered, as_sent, render


def as_frozen(answer: str) -> str:
    """Returns an answer as a revision stores it: without surrounding whitespace, except spaces at the beginning."""
    return answer.lstrip("\r\n").rstrip()


def _sendable(answer: str) -> str:
    sent = as_sent(answer)
    if sent.refusal:
        raise ValueError(sent.refusal)
    return sent.text


class RevisionQuerySet(models.QuerySet["Revision"]):
    def visible_to(self, user) -> "RevisionQuerySet":
        """Returns the user's own revisions. Others' are visible through submissions to a common group only."""
        return self.filter(summary__author=user) if user.is_authenticated else self.none()


class Revision(models.Model):
    """One submitted text of a summary, numbered from 1. It never changes."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    lines = models.PositiveIntegerField(help_text="Over all answers, as the line count counts them.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["summary", "number"]
        constraints = [
            models.UniqueConstraint(fields=["summary", "number"], name="notes_revision_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="notes_revision_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.summary}, revision {self.number}"

    @classmethod
    def freeze(
        cls,
        author,
        topic: Section,
        answers: Mapping[int, str],
        based_on: Iterable[int] = (),
        *,
        rendered: Mapping[int, Rendered] | None = None,
        at: datetime | None = None,
    ) -> "Revision":
        """Creates and returns the next revision of a person's summary, from answers by prompt id and ids of sources.

        Private comments are left out. Returns the last revision if nothing has changed since. Ignores retired prompts,
        and sources that aren't in the topic. `rendered`: the answers' HTML, if it is known. Locks the sources and the
        summary. Raises ValueError if it isn't clear what of an answer is private, which the form refuses."""
        bodies = {prompt: as_frozen(_sendable(answer)) for prompt, answer in answers.items()}
        prompts = [each for each in Prompt.objects.not_retired().filter(list=topic.list_id) if bodies.get(each.pk)]
        content = [(prompt.pk, prompt.text, bodies[prompt.pk]) for prompt in prompts]
        rendered = rendered or {prompt: render(body) for prompt, _, body in content}
        with transaction.atomic():
            entries = cls._first_entries(topic, based_on)
            summary, _ = Summary.objects.select_for_update().get_or_create(author=author, topic=topic)
            last = summary.revisions.last()
            if last and last._content() == (content, set(entries)):
                return last
            lines = sum(rendered[prompt].lines for prompt, _, _ in content)
            number = last.number + 1 if last else 1
            revision = cls.objects.create(summary=summary, number=number, lines=lines, created_at=at or timezone.now())
            revision._save_content(content, rendered, entries.values())
            shown = [rendered[prompt].html for prompt, _, _ in content]
            RevisionImage.objects.write_down(revision, shown, author)
        return revision

    @staticmethod
    def _first_entries(topic: Section, based_on: Iterable[int]) -> dict[int, Entry]:
        """Locks the sources, following merged ones, and returns the first entry of each in the topic, by source."""
        sources = Source.objects.lock_current(based_on).values()
        entries: dict[int, Entry] = {}
        for entry in Entry.objects.not_retired().filter(topic=topic, source__in=sources).order_by("position"):
            entries.setdefault(entry.source_id, entry)
        return entries

    def _save_content(
        self, content: list[tuple[int, str, str]], rendered: Mapping[int, Rendered], entries: Iterable[Entry]
    ) -> None:
        """Creates the rows of the answers and sources."""
        Answer.objects.bulk_create(
            Answer(
                revision=self,
                prompt_id=prompt,
                prompt_text=text,
                position=position,
                body=body,
                body_html=rendered[prompt].html,
                renderer=RENDERER_VERSION,
            )
            for position, (prompt, text, body) in enumerate(content, start=1)
        )
        BasedOn.objects.bulk_create(
            BasedOn(
                revision=self,
                source_id=entry.source_id,
                title=entry.title,
                role=entry.role,
                position=position,
            )
            for position, entry in enumerate(entries, start=1)
        )

    def _content(self) -> tuple[list[tuple[int, str, str]], set[int]]:
        """Returns prompts with their answers, and the ids of the sources, for comparison."""
        answers = self.answers.values_list("prompt_id", "prompt_text", "body")
        return list(answers), set(self.based_on.values_list("source_id", flat=True))


class Answer(models.Model):
    """The answer to one prompt in one revision, with the prompt's text at the time."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="answers")
    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="answers")
    prompt_text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()
    body = models.TextField(help_text="Markdown with LaTeX math.")
    body_html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False, help_text="Version of the renderer.")
    line_breaks = models.BooleanField(
        default=True,
        db_default=True,
        editable=False,
        help_text="Whether its line breaks are shown and counted. They aren’t in what was submitted before they were.",
    )

    class Meta:
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "prompt"], name="notes_one_answer_per_prompt"),
            models.CheckConstraint(condition=~models.Q(body=""), name="notes_answer_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.prompt_text}"


class BasedOn(models.Model):
    """A source that a revision is based on, with title and role at the time."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="based_on")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="rested_on")
    title = models.CharField(max_length=300)
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "source"], name="notes_based_on_once"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} on {self.title}"
