"""How a mail of notifications can be replied to: rooms above say which, and to what address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from readlist_site.base.accounts.models import User

from .notification import Notification


@dataclass(frozen=True)
class MailReply:
    """`address` takes the reply; `texts` are what can be replied to, by the keys of the notifications."""

    address: str
    texts: Mapping[int, str]


Find = Callable[[User, list[Notification]], MailReply | None]

_finders: list[Find] = []


def register_mail_replies(find: Find) -> None:
    """Adds a function that says how a mail to a person about notifications can be replied to; None if it can't be."""
    _finders.append(find)


def mail_reply_to(person: User, notifications: list[Notification]) -> MailReply | None:
    """Returns how a mail about these notifications can be replied to: not one about several subjects."""
    if len({each.about for each in notifications}) > 1:
        return None
    return next((reply for find in _finders if (reply := find(person, notifications))), None)
