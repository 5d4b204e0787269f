"""allauth's adapter for passkeys, authenticator apps and recovery codes: names, error messages, and the host that a
passkey is for."""

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http.request import split_domain_port
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class MFAAdapter(DefaultMFAAdapter):
    """Readlist's names and words for allauth's second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": gettext_lazy("Add a passkey or an authenticator app first."),
        "incorrect_code": gettext_lazy("Wrong code, or a code that was used before."),
    }

    def generate_authenticator_name(self, user, type: Authenticator.Type) -> str:
        """Returns "Passkey", "Passkey 2" and so on, to be changed by who adds it."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1} if count else _("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Returns the host that passkeys are bound to: the one that the browser shows."""
        return {"id": split_domain_port(context.request.get_host())[0], "name": "Readlist"}
