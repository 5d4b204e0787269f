"""What a person has typed and not sent yet, saved so that no tab or device overwrites another in silence."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

# So many texts that were not chosen are kept beside a draft.
MAX_ALTERNATIVES = 5


class StaleDraft(Exception):
    """Something else was saved since this tab last saw the draft. `draft` is what stands now; None where that is no
    draft, but what was sent, or nothing any more."""

    def __init__(self, draft: "AbstractDraft | None") -> None:
        super().__init__("Something else was saved meanwhile.")
        self.draft = draft


class DraftQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """One's own drafts, and nobody else's."""
        return self.filter(author=user) if user.is_authenticated else self.none()

    def save_draft(
        self, key: dict[str, Any], values: dict[str, Any], *, seen: str = "", tab_id: UUID | None = None,
        choice: str = "", at: datetime | None = None,
    ) -> "AbstractDraft":  # fmt: skip
        """Save what was typed as the draft of this `key` (its author, what it is for, the base revision).

        `seen` is the draft's `version_token` as the tab last had it, blank for who saw none. Who has seen what stands,
        or says the same, saves; anyone else is told by StaleDraft, and nothing is changed: also who saw a draft that
        has been sent or dropped since. The check is the database's: the update names the version that it replaces.

        `choice` is what a person who was told has made of it: "keep" theirs, "take" the other, or, after they were put
        together in `values`, "merge". What they did not choose is set aside, and can still be read."""
        at = at or timezone.now()
        with transaction.atomic():
            draft, new = self.get_or_create(**key, defaults={**values, "tab_id": tab_id, "saved_at": at})
            if new and seen:
                raise StaleDraft(None)
        if new or draft.equals(values):
            return draft
        if not draft.may_overwrite(seen, tab_id):
            raise StaleDraft(draft)
        if choice == "take":
            values = {
                "alternatives": draft.archive_alternative(
                    {name: values[name] for name in draft.TYPED if name in values}, at
                )
            }
        elif choice == "keep":
            values = {**values, "alternatives": draft.archive_alternative(draft.typed_columns(), draft.saved_at)}
        replaced = self.filter(pk=draft.pk, version=draft.version).update(
            **values, version=F("version") + 1, tab_id=tab_id, saved_at=at
        )
        draft = self.filter(**key).first() or draft
        if not replaced:
            raise StaleDraft(draft)
        return draft


class AbstractDraft(models.Model):
    """`TYPED` names the columns that hold what its author typed. A subclass names its key by a unique constraint."""

    TYPED: ClassVar[tuple[str, ...]] = ("typed",)

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss")
    version = models.PositiveIntegerField(default=1, editable=False, help_text="How often it was saved.")
    tab_id = models.UUIDField(null=True, editable=False, help_text="The open page that saved it last.")
    saved_at = models.DateTimeField(default=timezone.now)
    alternatives = models.JSONField(
        default=list, editable=False, help_text="What was not chosen of two texts, and when."
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def version_token(self) -> str:
        """Tells this version from every other, also from those of a draft that was dropped and begun anew."""
        return f"{self.pk}.{self.version}"

    def typed_columns(self) -> dict[str, Any]:
        """What its author typed, by column."""
        return {column: getattr(self, column) for column in self.TYPED}

    def archive_alternative(self, typed: dict[str, Any], at: datetime) -> list[dict]:
        """What is set aside, with one more text; the oldest of many make room."""
        return [*self.alternatives, {"at": at.isoformat(), **typed}][-MAX_ALTERNATIVES:]

    def equals(self, values: dict[str, Any]) -> bool:
        """Whether that is what it says already."""
        return all(getattr(self, column) == values[column] for column in self.TYPED if column in values)

    def may_overwrite(self, seen: str, tab_id: UUID | None) -> bool:
        """Whether who saw `seen` may replace it: it is what they saw; or the one save since came from the very same
        tab, which never heard the answer."""
        own_last = tab_id is not None and self.tab_id == tab_id and seen == f"{self.pk}.{self.version - 1}"
        return (
            seen == self.version_token
            or own_last
            or (tab_id is not None and self.tab_id == tab_id and not seen and self.version == 1)
        )
