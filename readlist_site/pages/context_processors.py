"""Context that every page needs for its header."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from groups.threads.read_position import unread_by_group
from readlist_site.base.accounts.signup_policy import can_sign_up
from readlist_site.base.announcements.views import announcements_for

from .header import header_of

# What templates ask for and most pages don't give. Without a value, each time Django looks for it in all ways that it
# knows, and makes an exception that holds the whole context.
OPTIONAL = dict.fromkeys(("in_list", "label_hidden", "oob", "quiet", "tight", "without_focus"), "")


def site(request: HttpRequest) -> dict:
    """Returns `my_groups` (by name), `unread_posts` of each (by its key), `unread_count`, `announcements`, whether list
    and sign-up are open to this visitor, the languages to choose from, whether e-mails are sent, the host's own pages
    about itself, and the version; and empty values of what is optional in templates. What asks the database is lazy."""
    user = getattr(request, "user", None)
    return OPTIONAL | {
        "my_groups": SimpleLazyObject(lambda: header_of(request).groups),
        "unread_posts": SimpleLazyObject(lambda: unread_by_group(user) if user else {}),
        "unread_count": SimpleLazyObject(lambda: header_of(request).unread_count),
        "announcements": SimpleLazyObject(lambda: announcements_for(request)),
        "list_is_public": settings.LIST_IS_PUBLIC,
        "signup_is_open": SimpleLazyObject(lambda: can_sign_up(request)),
        "languages": settings.LANGUAGES,
        "email_is_real": settings.EMAIL_IS_REAL,
        "imprint_url": settings.IMPRINT_URL,
        "privacy_url": settings.PRIVACY_URL,
        "version": settings.VERSION,
    }
