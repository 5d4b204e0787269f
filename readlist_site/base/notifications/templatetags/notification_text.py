"""What a notification says: the template of its kind, given its facts."""

from datetime import datetime

from django import template
from django.template.loader import get_template

from readlist_site.base.notifications.kinds import get_kind
from readlist_site.base.notifications.notification import Notification

register = template.Library()


@register.filter
def sentence(notification: Notification) -> str:
    """One line of plain text. A row without facts was written by an earlier version and holds its own sentence.

    Times are in the current time zone."""
    kind = get_kind(notification.kind)
    if notification.facts is None or kind is None:
        return notification.text
    facts = {
        name: datetime.fromisoformat(fact) if name.endswith("_at") else fact
        for name, fact in notification.facts.items()
    }
    said = get_template(kind.template).template.render(template.Context(facts, autoescape=False))
    return " ".join(said.split())
