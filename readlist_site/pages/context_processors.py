"""Context that every page needs for its header."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from groups.members.group import Group
from readlist_site.base.accounts.signup_policy import can_sign_up
from readlist_site.base.notifications.notification import Notification


def site(request: HttpRequest) -> dict:
    """Returns `my_groups` (by name), `unread_count`, whether list and sign-up are open to this visitor, and whether
    e-mails are sent. What needs queries is lazy."""
    user = getattr(request, "user", None)
    return {
        "my_groups": SimpleLazyObject(lambda: list(Group.objects.visible_to(user)) if user else []),
        "unread_count": SimpleLazyObject(lambda: Notification.objects.visible_to(user).count_grouped() if user else 0),
        "list_is_public": settings.LIST_IS_PUBLIC,
        "signup_is_open": SimpleLazyObject(lambda: can_sign_up(request)),
        "email_is_real": settings.EMAIL_IS_REAL,
    }
