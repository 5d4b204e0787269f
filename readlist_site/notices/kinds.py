"""The kinds of things that people are told. Each room names its own; the setting NOTICE_KINDS says where they stand."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from .models import Choice


@dataclass(frozen=True)
class Kind:
    """`label` names it among the settings; `when` goes on from "no more mail"; `mail` holds until a person chooses."""

    name: str
    label: str
    when: str
    mail: Choice.Mail


def every_kind() -> tuple[Kind, ...]:
    """All kinds, in the order in which they are chosen among."""
    return tuple(kind for path in settings.NOTICE_KINDS for kind in import_string(path))


def kind_named(name: str) -> Kind | None:
    """The kind of this name; None if nobody tells of such a thing any more."""
    return next((kind for kind in every_kind() if kind.name == name), None)


def mail_for(people: Iterable) -> dict[tuple[int, str], str]:
    """How mail comes to these people, by person's key and kind: as they chose, else as the kind has it. One query."""
    people = list(people)
    defaults = {(person.pk, kind.name): str(kind.mail) for person in people for kind in every_kind()}
    chosen = Choice.objects.filter(person__in=people).values_list("person", "kind", "mail")
    return defaults | {(person, kind): mail for person, kind, mail in chosen}
