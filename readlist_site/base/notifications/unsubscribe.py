"""Signed unsubscribe links, which need no login."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from readlist_site.base.accounts.models import User

from .email_preference import EmailPreference
from .kinds import NotificationKind, email_preferences_for, optional_kinds

_signer = Signer(salt="notices.unsubscribe")


def unsubscribe_path(person: User, kind: str = "") -> str:
    """Returns the path that ends e-mails of one kind, or of all kinds."""
    return reverse("unsubscribe", args=[unsubscribe_token(person, kind)])


def unsubscribe_token(person: User, kind: str = "") -> str:
    """Returns the signed token in that path. It is valid as long as the secret key isn't changed."""
    return _signer.sign_object({"person": person.pk, "kind": kind})


def read_token(token: str) -> tuple[User, list[NotificationKind]] | None:
    """Returns the person and the kinds of a token; None if it is invalid, or the person or kind no longer exists."""
    try:
        data = _signer.unsign_object(token)
    except (BadSignature, ValueError):
        return None
    person = User.objects.filter(pk=data["person"]).first()
    kinds = [kind for kind in optional_kinds() if data["kind"] in ("", kind.name)]
    return (person, kinds) if person and kinds else None


def end_emails(person: User, kinds: list[NotificationKind]) -> None:
    """Sets the person's e-mail preference for these kinds to never. Kinds that they have turned off stay off."""
    chosen, off = email_preferences_for([person]), EmailPreference.Mail.OFF
    ended = [kind.name for kind in kinds if chosen[person.pk, kind.name] != off]
    EmailPreference.objects.set_for(person, dict.fromkeys(ended, EmailPreference.Mail.NEVER))
