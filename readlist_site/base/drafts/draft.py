"""Text that was typed and not submitted yet, saved so that no tab or device silently overwrites another's."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from readlist_site.base.web.errors import TooMuchText

# Maximum number of texts in `AbstractDraft.alternatives`.
MAX_ALTERNATIVES = 5
# Characters of all that was typed into one form, or of a text that was not chosen, as JSON.
MAX_TYPED = 200_000


def refuse_too_much(*texts: Any) -> None:
    """Raises TooMuchText if one of these has more than `MAX_TYPED` characters as JSON."""
    if any(len(json.dumps(text, ensure_ascii=False)) > MAX_TYPED for text in texts):
        raise TooMuchText


class StaleDraft(Exception):
    """Something else was saved since this tab last loaded the draft. `draft` is the current one; None if it was
    submitted or deleted."""

    def __init__(self, draft: "AbstractDraft | None") -> None:
        super().__init__("Something else was saved meanwhile.")
        self.draft = draft


class DraftQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """Returns the user's own drafts; none for an anonymous user."""
        return self.filter(author=user) if user.is_authenticated else self.none()

    def save_draft(
        self, key: dict[str, Any], values: dict[str, Any], *, seen: str = "", tab_id: UUID | None = None,
        choice: str = "", at: datetime | None = None,
    ) -> "AbstractDraft":  # fmt: skip
        """Saves `values` as the draft with this `key` (its author, its subject, the base revision), and returns it.

        `seen` is the `version_token` that the tab last received, "" if none. Raises StaleDraft, and changes nothing, if
        the draft has other values and another version than that, or was submitted or deleted since. The UPDATE is
        conditional on the version, so that of two simultaneous saves one fails.

        `choice` is the decision after a conflict: "keep" these values, "take" the saved ones, or "merge", if `values`
        contain both. The text that was not chosen is added to `alternatives`.

        Raises TooMuchText for more than `MAX_TYPED` characters."""
        typed = {column: values[column] for column in self.model.TYPED if column in values}
        refuse_too_much(typed, *values.get("alternatives", ()))
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
    """`TYPED` names the columns with the author's text. Subclasses define the unique constraint on their key."""

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
        """Identifies this version, also among those of a draft that was deleted and created again."""
        return f"{self.pk}.{self.version}"

    def typed_columns(self) -> dict[str, Any]:
        """Returns the author's text, by column."""
        return {column: getattr(self, column) for column in self.TYPED}

    def archive_alternative(self, typed: dict[str, Any], at: datetime) -> list[dict]:
        """Returns `alternatives` with one more text, without the oldest ones above the maximum."""
        return [*self.alternatives, {"at": at.isoformat(), **typed}][-MAX_ALTERNATIVES:]

    def labelled_alternatives(self, labels: Mapping[str, str]) -> list[dict]:
        """Returns the texts that were not chosen in conflicts, the latest first: each with its time `at` and, as
        `fields`, those fields of the form that have a label and a text."""
        return [
            {
                "at": datetime.fromisoformat(each["at"]),
                "fields": [
                    (labels[name], text) for name, text in self.texts_of(each).items() if name in labels and text
                ],
            }
            for each in reversed(self.alternatives)
        ]

    def texts_of(self, alternative: dict) -> dict[str, str]:
        """Returns the texts of one of `alternatives`, by field of the form."""
        return alternative["typed"]

    def equals(self, values: dict[str, Any]) -> bool:
        """Returns whether the draft has these values already."""
        return all(getattr(self, column) == values[column] for column in self.TYPED if column in values)

    def may_overwrite(self, seen: str, tab_id: UUID | None) -> bool:
        """Returns whether a tab that saw the version `seen` may replace this one: it is that version, or the only save
        since was by the same tab, which didn't receive the response."""
        own_last = tab_id is not None and self.tab_id == tab_id and seen == f"{self.pk}.{self.version - 1}"
        return (
            seen == self.version_token
            or own_last
            or (tab_id is not None and self.tab_id == tab_id and not seen and self.version == 1)
        )
