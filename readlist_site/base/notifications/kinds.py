"""The kinds of notifications. Each app names its own; they are registered when the apps are ready."""

from collections.abc import Iterable
from dataclasses import dataclass

from .email_preference import EmailPreference


@dataclass(frozen=True)
class NotificationKind:
    """`label` names it among the settings; `template` says its sentence, given the notification's facts; `mail` applies
    until a person chooses."""

    name: str
    label: str
    template: str
    mail: EmailPreference.Mail


_kinds: dict[str, NotificationKind] = {}


def register_kinds(*kinds: NotificationKind) -> None:
    """People may choose how mail of these comes; in this order."""
    _kinds.update({kind.name: kind for kind in kinds})


def all_kinds() -> tuple[NotificationKind, ...]:
    """All kinds, in the order in which they are chosen among."""
    return tuple(_kinds.values())


def get_kind(name: str) -> NotificationKind | None:
    """The kind of this name; None if there is no such kind any more."""
    return _kinds.get(name)


def email_preferences_for(people: Iterable) -> dict[tuple[int, str], str]:
    """How mail comes to these people, by person's key and kind: as they chose, else as the kind has it. One query."""
    people = list(people)
    defaults = {(person.pk, kind.name): str(kind.mail) for person in people for kind in all_kinds()}
    chosen = EmailPreference.objects.filter(person__in=people).values_list("person", "kind", "mail")
    return defaults | {(person, kind): mail for person, kind, mail in chosen}
