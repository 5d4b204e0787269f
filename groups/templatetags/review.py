"""Template filters for reviews. None of them queries the database for rounds fetched `with_status_data`."""

from datetime import datetime

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.dateformat import format as in_words

from groups.reviews.review_round import ReviewRound
from groups.reviews.status import Status
from readlist_site.base.accounts.models import User

register = template.Library()


@register.filter
def status_for(round: ReviewRound, viewer) -> Status:
    """Return the status of a round for a viewer: `{% with status=round|status_for:user %}`."""
    return round.status_for(viewer)


@register.filter
def first_name(person, viewer=None) -> str:
    """A person's name in a sentence: "Ada", "you", "a former member"."""
    if person is None:
        return "a former member"
    return "you" if person == viewer else person.first_name


@register.filter
def names_for(people, viewer=None) -> str:
    """Several people's names in a sentence: "Ada, Jonas and you"."""
    names = sorted((first_name(person, viewer) for person in people), key=lambda name: name == "you")
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


@register.filter
def possessive_for(person, viewer) -> str:
    """The possessive of a person's name: "your", "Tomás’s"."""
    name = first_name(person, viewer)
    return "your" if name == "you" else f"{name}’s"


@register.simple_tag(takes_context=True)
def name_hint(context: Context, person: User | None) -> str:
    """Return " (ada.okafor)", a part of the e-mail address, for a member whose name looks like another member's.
    Otherwise, and on pages that are not of a group, return ""."""
    hint = getattr(context.get("group"), "name_hints", {}).get(person.pk) if person else None
    return f" ({hint})" if hint else ""


@register.filter
def deadline(when: datetime) -> str:
    """ "18:30" for today, "Thursday" within a week, otherwise "9 December"."""
    local = timezone.localtime(when)
    days = (local.date() - timezone.localdate()).days
    return in_words(local, "H:i" if days <= 0 else "l" if days < 7 else "j F")


@register.filter
def since_when(when: datetime) -> str:
    """ "14:02" for today, "Monday" within the last week, otherwise "9 November"."""
    local = timezone.localtime(when)
    days = (timezone.localdate() - local.date()).days
    return in_words(local, "H:i" if days <= 0 else "l") if days < 7 else day(when)


@register.filter
def day(when: datetime) -> str:
    """ "9 November", or "9 November 2025" if it is not this year."""
    local = timezone.localtime(when)
    return in_words(local, "j F" if local.year == timezone.localdate().year else "j F Y")
