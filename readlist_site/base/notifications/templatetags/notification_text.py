"""The sentence of a notification, rendered by its kind's template."""

from datetime import datetime

from django import template
from django.template.loader import get_template

from readlist_site.base.notifications.kinds import get_kind
from readlist_site.base.notifications.mail_reply import MailReply
from readlist_site.base.notifications.notification import Notification

register = template.Library()


@register.filter
def sentence(notification: Notification) -> str:
    """Returns one line of plain text, with times in the current time zone. A row without facts was written by an
    earlier version and contains its sentence."""
    kind = get_kind(notification.kind)
    if notification.facts is None or kind is None:
        return notification.text
    facts = {
        name: datetime.fromisoformat(value) if name.endswith("_at") else value
        for name, value in notification.facts.items()
    }
    text = get_template(kind.template).template.render(template.Context(facts, autoescape=False))
    return " ".join(text.split())


@register.filter
def why_obsolete(notification: Notification) -> str:
    """Returns what happened when it became obsolete, as its kind says; "" for a kind that isn't registered any more."""
    kind = get_kind(notification.kind)
    return str(kind.ended) if kind else ""


@register.filter
def replied_text(notification: Notification, reply: MailReply) -> str:
    """Returns what a mail that can be replied to quotes for a notification, "" if nothing."""
    return reply.texts.get(notification.pk, "")
