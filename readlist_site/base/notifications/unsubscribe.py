"""The link at the end of each mail: it knows whose mail it ends and which, and asks nobody to sign in."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from readlist_site.base.accounts.models import User

from .email_preference import EmailPreference
from .kinds import NotificationKind, all_kinds

_signer = Signer(salt="notices.unsubscribe")


def unsubscribe_path(person: User, kind: str = "") -> str:
    """The way out of mail of one kind, or of all."""
    return reverse("unsubscribe", args=[unsubscribe_token(person, kind)])


def unsubscribe_token(person: User, kind: str = "") -> str:
    """What says so in its address. It holds for as long as the secret key does."""
    return _signer.sign_object({"person": person.pk, "kind": kind})


def read_token(token: str) -> tuple[User, list[NotificationKind]] | None:
    """Whose mail a link ends, and of which kinds; None if it is not whole, or its person or kind is no more."""
    try:
        said = _signer.unsign_object(token)
    except (BadSignature, ValueError):
        return None
    person = User.objects.filter(pk=said["person"]).first()
    kinds = [kind for kind in all_kinds() if said["kind"] in ("", kind.name)]
    return (person, kinds) if person and kinds else None


def end_emails(person: User, kinds: list[NotificationKind]) -> None:
    """No more mail of these kinds."""
    EmailPreference.objects.set_for(person, {kind.name: EmailPreference.Mail.NEVER for kind in kinds})
