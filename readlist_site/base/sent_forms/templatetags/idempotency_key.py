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
    A browser must not put the key of an earlier page in its place: that is said by `autocomplete`, which an input of
    the type "hidden" may not have."""
    return format_html('<input type="text" name="{}" value="{}" autocomplete="off" hidden>', FIELD, uuid.uuid4())
