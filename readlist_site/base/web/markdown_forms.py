"""Form fields for Markdown, and the idempotency key by which a form submitted twice is recognised."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from readlist_site.base.text import MAX_LENGTH, as_sent, render
from readlist_site.base.text.sanitise import IMAGE

from .short_text import is_visible


class MarkdownField(forms.CharField):
    """Markdown, as it was typed. Too long a text is an error; there is no `maxlength`, with which browsers silently cut
    pasted text. A text without a visible character counts as empty. Front matter and private comments are left out:
    what is sent is its value, while a draft has all that was typed. If it isn't clear what of it is private, it is
    invalid; so is one with an image, unless it `takes_images`."""

    widget = forms.Textarea(attrs={"rows": 5, "class": "input written"})
    has_preview = True  # field.html shows a preview below the field

    def __init__(self, *, takes_images: bool = False, **kwargs) -> None:
        self.takes_images = takes_images  # field.html offers to add one
        super().__init__(max_length=MAX_LENGTH, strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        # What is too long is refused, and not read before.
        if len(text) <= MAX_LENGTH:
            sent = as_sent(text)
            if sent.refusal:
                raise ValidationError(sent.refusal, code="private")
            text = sent.text
            if not self.takes_images and IMAGE.search(text):
                raise ValidationError(_("Only posts and answers can have images. Remove the image."), code="image")
        return text if is_visible(text) else ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs | ({"data-takes-images": ""} if self.takes_images else {})


def left_out_of(form: forms.Form) -> list[str]:
    """Returns sentences about what was left out of the texts of a valid form, which was typed and isn't sent."""
    typed = [form[name].data or "" for name, field in form.fields.items() if isinstance(field, MarkdownField)]
    return left_out_of_texts(typed)


def left_out_of_texts(typed: Iterable[str]) -> list[str]:
    """Returns sentences about what is left out of these texts when they are sent."""
    return [said for text in typed for said in as_sent(text.replace("\r\n", "\n")).left_out]


def tell_left_out(request: HttpRequest, said: Iterable[str]) -> None:
    """Shows these sentences on the next page."""
    for sentence in said:
        messages.info(request, sentence)


class IdempotencyKeyField(forms.UUIDField):
    """A hidden UUID that is new in every form that is rendered, so that a double submission is recognised. An invalid
    one is replaced."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=uuid.uuid4)

    def to_python(self, value: Any) -> uuid.UUID:
        try:
            return super().to_python(value) or uuid.uuid4()
        except ValidationError:
            return uuid.uuid4()


class MarkdownForm(forms.Form):
    """A form whose `body` is rendered during validation, so that an error in it is reported before anything is
    saved."""

    def clean_body(self) -> str:
        self.rendered = render(self.cleaned_data["body"])
        if self.rendered.refusal:
            raise ValidationError(self.rendered.refusal)
        return self.cleaned_data["body"]

    @property
    def post_fields(self) -> dict[str, Any]:
        """The values to save, once the form is valid."""
        return self.cleaned_data | {"rendered": self.rendered}
