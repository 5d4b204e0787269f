"""Absolute URLs for use outside of a request: in e-mails and in the terminal."""

import os

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from .models import User


def site_url() -> str:
    """Returns READLIST_URL, or the local address with the configured port: by name, since a browser has no passkeys for
    an IP address."""
    return settings.SITE_URL or f"http://localhost:{os.environ.get('PORT') or 8000}"


def reset_link(user: User) -> str:
    """Returns a password reset link for this person. It works once."""
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": token})
    return site_url() + path
