"""What every page needs: the person's groups and what is new for them, for the header."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from groups.models import Group
from readlist_site.accounts.invitations import may_sign_up
from readlist_site.notices.models import Notice


def site(request: HttpRequest) -> dict:
    """`my_groups` (by name) and `news_count` for the header; whether the list and the sign-up are open to whoever
    comes; whether mail is truly sent."""
    user = getattr(request, "user", None)
    return {
        "my_groups": SimpleLazyObject(lambda: list(Group.objects.visible_to(user)) if user else []),
        "news_count": SimpleLazyObject(lambda: Notice.objects.visible_to(user).count_gathered() if user else 0),
        "list_is_public": settings.LIST_IS_PUBLIC,
        "signup_is_open": SimpleLazyObject(lambda: may_sign_up(request)),
        "email_is_real": settings.EMAIL_IS_REAL,
    }
