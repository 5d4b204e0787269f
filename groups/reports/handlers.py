"""Who handles reports about a thing."""

from dataclasses import dataclass

from django.db.models import QuerySet

from groups.members.membership import Membership
from readlist_site.base.accounts.models import User

from .subject import ReportSubject


@dataclass(frozen=True)
class Handlers:
    """The people who handle reports about a thing: administrators, or owner and moderators of its group. True if there
    are any, or if reports wait (`can_wait`) until the group has an owner whose account is open."""

    people: tuple[User, ...]
    are_administrators: bool = False
    can_wait: bool = False

    def __bool__(self) -> bool:
        return bool(self.people) or self.can_wait

    def are_only(self, person) -> bool:
        """Return whether nobody but this person handles them."""
        return bool(self.people) and all(each == person for each in self.people)


def who_handles(subject: ReportSubject, theirs: Membership | None) -> Handlers:
    """Return who handles reports about a thing: the owner and the moderators of its group; about one of these, the
    administrators, or, where there is no other administrator, the other moderators; nobody if nobody is left. `theirs`
    is the membership of the person whom it is about. At most two statements.

    It is asked when the thing is reported. A report to administrators stays theirs when the last other one is gone: its
    form has promised that members don't see who sent it."""
    is_moderator = bool(theirs and theirs.is_moderator)
    if is_moderator and (others := tuple(_administrators().exclude(pk=theirs.person_id))):
        return Handlers(others, are_administrators=True)
    members = subject.group.memberships.moderators().with_open_account().with_person()
    people = tuple(each.person for each in members if each.person != subject.person)
    return Handlers(people, can_wait=not is_moderator)


def _administrators() -> QuerySet[User]:
    return User.objects.filter(is_superuser=True, is_active=True)
