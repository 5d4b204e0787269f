"""The form of a webhook's settings."""

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from readlist_site.base.link_fetch.ssrf_guard import MAX_URL_LENGTH, may_be_public

from .delivery import WebhookDelivery
from .webhook import Webhook

Event = WebhookDelivery.Event
EVENTS = [(each.value, each.label) for each in (Event.THREAD, Event.SUBMISSION, Event.ACCEPTANCE)]


class WebhookForm(forms.Form):
    """The address, what is sent there, and of which events."""

    url = forms.CharField(
        label=_("Address"),
        help_text=_("Your chat shows it when you add an incoming webhook there. For Discord, add /slack at its end."),
        validators=[MaxLengthValidator(MAX_URL_LENGTH)],
        widget=forms.URLInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
    )
    format = forms.ChoiceField(label=_("Recipient"), choices=Webhook.Format.choices, widget=forms.RadioSelect)
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=EVENTS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )

    @classmethod
    def of(cls, webhook: Webhook | None) -> "WebhookForm":
        """Return the form with what is set."""
        if webhook is None:
            return cls(initial={"format": Webhook.Format.SLACK, "events": [name for name, _label in EVENTS]})
        events = [name for name, _label in EVENTS if getattr(webhook, f"on_{name}")]
        return cls(initial={"url": webhook.url, "format": webhook.format, "events": events})

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        try:
            parts = urlsplit(url)
            is_whole = parts.scheme == "https" and parts.hostname and not any(map(str.isspace, url))
            has_password = parts.username is not None or parts.password is not None
            _port = parts.port
        except ValueError:
            is_whole = False
        if not is_whole:
            raise ValidationError(_("Enter a whole address that begins with https://."))
        if has_password:
            raise ValidationError(_("The address contains a password."))
        if not may_be_public(parts.hostname):
            raise ValidationError(_("Webhooks are sent to public addresses only. This one is on a private network."))
        return url

    @property
    def columns(self) -> dict:
        """The columns of the webhook, once the form is valid."""
        events = {f"on_{name}": name in self.cleaned_data["events"] for name, _label in EVENTS}
        return {"url": self.cleaned_data["url"], "format": self.cleaned_data["format"], **events}
