"""How pages are told of reviews. Nothing here asks the database for more than what came `with_facts`."""

from django import template

from groups.models import Round, State
from groups.models.state import names_of, whose

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
