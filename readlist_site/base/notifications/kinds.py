"""The kinds of notifications. Each app defines its own; they are registered when the apps are ready."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .email_preference import EmailPreference


class Section(TextChoices):
    """The sections of the notification settings, in their order."""

    THREADS = "threads", _("Threads")
    REVIEWS = "reviews", _("Reviews")
    GROUPS = "groups", _("Groups")
    LIST = "list", _("Reading list")


@dataclass(frozen=True)
class NotificationKind:
    """`label` names it in the settings; `template` renders its sentence from the notification's facts; `mail` is the
    default e-mail preference, None if people have no choice: then it isn't in the settings, and the sender of the
    notification sends the mail. `can_be_off`: whether people can choose not to be notified at all.
    `is_mailed`: whether people can choose to get it by mail. `section`: where the settings list it. `ended` says what
    happened when it became obsolete."""

    name: str
    label: str
    template: str
    mail: EmailPreference.Mail | None
    can_be_off: bool = False
    is_mailed: bool = True
    section: Section = Section.GROUPS
    ended: str = _("You can’t see it any more")


_kinds: dict[str, NotificationKind] = {}


def register_kinds(*kinds: NotificationKind) -> None:
    """Adds kinds, in the order in which the settings list them."""
    _kinds.update({kind.name: kind for kind in kinds})


def optional_kinds() -> tuple[NotificationKind, ...]:
    """Returns the registered kinds of which people choose whether and when they come by mail, in the order of
    registration."""
    return tuple(kind for kind in _kinds.values() if kind.mail is not None)


def get_kind(name: str) -> NotificationKind | None:
    """Returns the kind of this name, or None if it isn't registered (any more)."""
    return _kinds.get(name)


def unwanted(people: Iterable, kinds: Iterable[str]) -> set[tuple[int, str]]:
    """Returns the pairs (person's key, kind) of those of these people who want no notifications of a kind. At most one
    query; none where nobody can choose so."""
    can_be_off = [name for name in kinds if (kind := get_kind(name)) and kind.can_be_off]
    if not can_be_off:
        return set()
    off = EmailPreference.objects.filter(person__in=people, kind__in=can_be_off, mail=EmailPreference.Mail.OFF)
    return set(off.values_list("person", "kind"))


def email_preferences_for(people: Iterable) -> dict[tuple[int, str], str]:
    """Returns each person's preference, or the default, for all kinds that leave a choice, by (person's key, kind
    name). One query."""
    people = list(people)
    defaults = {(person.pk, kind.name): str(kind.mail) for person in people for kind in optional_kinds()}
    chosen = EmailPreference.objects.filter(person__in=people).values_list("person", "kind", "mail")
    return defaults | {(person, kind): mail for person, kind, mail in chosen}
