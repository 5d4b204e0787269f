"""The addresses to which mails about posts are replied to: each for one person and one post, and signed."""

from base64 import b32encode
from typing import NamedTuple

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# Before the domain at most 64 characters stand: with this, two keys and a signature of 80 bits.
PREFIX = "reply+"
_SIGNATURE = 10  # bytes


class Reply(NamedTuple):
    """Who replies to which post, by their keys."""

    person: int
    post: int


def reply_address(reply: Reply) -> str:
    """Return the address. It is valid as long as the secret key isn't changed. In small letters alone, since mail
    servers on the way may change their case."""
    return f"{PREFIX}{reply.person}-{reply.post}-{_signature(reply)}@{settings.MAIL_REPLY_DOMAIN}"


def read_reply_address(address: str) -> Reply | None:
    """Return what an address stands for; None for any other."""
    local, _, domain = address.strip().lower().rpartition("@")
    parts = local.removeprefix(PREFIX).split("-")
    if not (settings.MAIL_REPLY_DOMAIN and local.startswith(PREFIX) and domain == settings.MAIL_REPLY_DOMAIN):
        return None
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts[:2]):
        return None
    reply = Reply(int(parts[0]), int(parts[1]))
    return reply if constant_time_compare(parts[2], _signature(reply)) else None


def _signature(reply: Reply) -> str:
    signed = salted_hmac("groups.threads.mail", f"{reply.person}-{reply.post}", algorithm="sha256")
    return b32encode(signed.digest()[:_SIGNATURE]).decode().lower()
