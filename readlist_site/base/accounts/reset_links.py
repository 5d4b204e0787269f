"""Addresses for people who are not looking at a page: printed in a terminal, sent by hand."""

import os

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from .models import User


def site_url() -> str:
    """Where this Readlist is found: READLIST_URL, or this machine at the port that it is run with."""
    return settings.SITE_URL or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"


def reset_link(user: User) -> str:
    """A link by which this person, or whoever else holds it, chooses a new password. It works once."""
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": token})
    return site_url() + path
