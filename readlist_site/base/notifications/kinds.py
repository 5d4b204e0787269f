"""The kinds of notifications. Each app defines its own; they are registered when the apps are ready."""

from collections.abc import Iterable
from dataclasses import dataclass

from .email_preference import EmailPreference


@dataclass(frozen=True)
class NotificationKind:
    """`label` names it in the settings; `template` renders its sentence from the notification's facts; `mail` is the
    default e-mail preference."""

    name: str
    label: str
    template: str
    mail: EmailPreference.Mail


_kinds: dict[str, NotificationKind] = {}


def register_kinds(*kinds: NotificationKind) -> None:
    """Adds kinds, in the order in which the settings list them."""
    _kinds.update({kind.name: kind for kind in kinds})


def all_kinds() -> tuple[NotificationKind, ...]:
    """Returns all registered kinds, in the order of registration."""
    return tuple(_kinds.values())


def get_kind(name: str) -> NotificationKind | None:
    """Returns the kind of this name, or None if it isn't registered (any more)."""
    return _kinds.get(name)


def email_preferences_for(people: Iterable) -> dict[tuple[int, str], str]:
    """Returns each person's preference, or the default, for all kinds, by (person's key, kind name). One query."""
    people = list(people)
    defaults = {(person.pk, kind.name): str(kind.mail) for person in people for kind in all_kinds()}
    chosen = EmailPreference.objects.filter(person__in=people).values_list("person", "kind", "mail")
    return defaults | {(person, kind): mail for person, kind, mail in chosen}
