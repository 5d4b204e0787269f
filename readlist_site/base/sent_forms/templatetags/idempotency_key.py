"""The tag for forms that create something: `{% idempotency_key %}`, beside `{% csrf_token %}`. It is a builtin."""

import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from readlist_site.base.sent_forms.sent_form import FIELD

register = template.Library()


@register.simple_tag
def idempotency_key() -> SafeString:
    """Returns a hidden input with a key that is new on every page.

    Sent again with the same content, the form creates nothing, if its view has the decorator `answered_once`.
    A browser must not put the key of an earlier page in its place."""
    return format_html('<input type="hidden" name="{}" value="{}" autocomplete="off">', FIELD, uuid.uuid4())
