"""How pages are told of reviews. Nothing here asks the database for more than what came `with_facts`."""

from django import template
from django.template import Context

from groups.models import Round, State
from groups.models.state import names_of, whose
from readlist_site.accounts.models import User

register = template.Library()


@register.filter
def told(round: Round, viewer) -> State:
    """The state of a round in the viewer's words: `{% with state=round|told:user %}`."""
    return round.state_for(viewer)


@register.filter
def named(people, viewer) -> str:
    """Several people inside a sentence: "Ada, Jonas and you"."""
    return names_of(people, viewer)


@register.filter
def owned(person, viewer) -> str:
    """Whose something is: "your", "Tomás’s"."""
    return whose(person, viewer)


@register.simple_tag(takes_context=True)
def name_hint(context: Context, person: User | None) -> str:
    """After the name of a member whose name looks like another member's: " (ada.okafor)", a part of their address. On
    the pages of a group, which only its members see; nothing elsewhere."""
    group = context.get("group") or getattr(context.get("thread"), "group", None)
    hint = getattr(group, "name_hints", {}).get(person.pk) if person else None
    return f" ({hint})" if hint else ""
