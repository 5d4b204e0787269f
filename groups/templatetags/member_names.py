"""Names of members, alone and in whole sentences: `{% member_name post.author as name %}`, `{{ people|names }}`.

In a sentence that begins with the name, nobody is "A former member"; with `inside=True` it is "a former member"."""

from collections.abc import Iterable

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from groups.reviews.group_progress import MemberColumn
from readlist_site.base.accounts.models import User
from readlist_site.base.languages.formats import list_of_names

register = template.Library()


@register.simple_tag(takes_context=True)
def name_hint(context: Context, person: User | None) -> str:
    """Return " (ada.okafor)", a part of the e-mail address, for a member whose name looks like another member's.
    Otherwise, and on pages that are not of a group, return ""."""
    hint = getattr(context.get("group"), "name_hints", {}).get(person.pk) if person else None
    return f" ({hint})" if hint else ""


@register.simple_tag(takes_context=True)
def member_name(context: Context, person: User | None, *, inside: bool = False, full: bool = False) -> str:
    """Return a person's first name, or with `full` the whole, and what distinguishes them from members of the page's
    group whose names look alike. Reads `Group.name_hints`."""
    if person is None:
        return _("a former member") if inside else _("A former member")
    name = person.display_name if full else person.first_name
    return f"{name}{name_hint(context, person)}"


@register.simple_tag(takes_context=True)
def shown_name(context: Context, person: User | None) -> SafeString | str:
    """Return the name that stands beside a face: "You", "A former member", or a first name with what distinguishes it
    from others' in the page's group."""
    if person is None:
        return _("A former member")
    if person == context.get("user"):
        return _("You")
    return format_html("<bdi>{}</bdi>{}", person.first_name, name_hint(context, person))


@register.filter
def first_name(person: User | None) -> str:
    """Return a person's first name, or "a former member"."""
    return person.first_name if person else _("a former member")


@register.filter
def names_for(people: Iterable[User | None]) -> str:
    """Return several people's first names in a sentence: "Ada, Jonas and a former member"."""
    return list_of_names(first_name(person) for person in people)


@register.filter
def full_names(people: Iterable[User | None]) -> str:
    """Return several people's full names in a sentence, for what is printed: "Ada Okafor and a former member"."""
    return list_of_names(person.display_name if person else _("a former member") for person in people)


@register.filter
def names(people: Iterable[User | None]) -> str:
    """Return the first names of several people as the beginning of a sentence: "Ada, Jonas and a former member"."""
    firsts = [first_name(person) for person in people]
    if firsts and firsts[0] == _("a former member"):
        firsts[0] = _("A former member")
    return list_of_names(firsts)


@register.filter
def column_names(columns: Iterable[MemberColumn]) -> str:
    """Return the names of several columns of a group's progress: "Ada, Jonas and Priya"."""
    return list_of_names(column.name for column in columns)
