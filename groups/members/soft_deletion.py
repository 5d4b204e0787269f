"""What a member wrote, deleted by its author or a moderator: the row stays, so that replies keep their context."""

from django.db.models import TextChoices

from .exceptions import RuleViolation
from .group import Group


class DeletedAs(TextChoices):
    """The role in which a text was deleted."""

    AUTHOR = "author", "its author"
    MODERATOR = "moderator", "a moderator"
    OWNER = "owner", "the group’s owner"


class SoftDeletion:
    """For models with `author`, `deleted_at`, `deleted_by` and `deleted_as`."""

    DeletedAs = DeletedAs

    @property
    def is_readable(self) -> bool:
        """Whether it is not deleted."""
        return self.deleted_at is None

    def can_be_deleted_by(self, person, *, is_moderator: bool) -> bool:
        """Return whether a person is its author or moderates the group, and it is not deleted."""
        return self.is_readable and (is_moderator or self.author_id == person.pk)

    def lock_to_delete(self, group: Group, by, *, refusal: str, as_administrator: bool = False) -> str:
        """Lock the group, and return the role in which a person deletes it: an administrator, who needn't be a member,
        as a moderator. Raises GroupArchived, and RuleViolation if `by` is not a member ("not_a_member"), or neither the
        author nor a moderator (`refusal`)."""
        if as_administrator:
            group.lock()
            return DeletedAs.MODERATOR
        group.lock_for(by)
        role = DeletedAs.AUTHOR if self.author_id == by.pk else group.role_of(by)
        if role not in DeletedAs.values:
            raise RuleViolation(refusal)
        return role
