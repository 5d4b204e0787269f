"""What somebody writes into a thread."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from readlist_site.base.text import MAX_LENGTH, render
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.short_text import is_visible


class MarkdownField(forms.CharField):
    """Markdown. Too long a text is refused whole, with a word: a `maxlength` would cut a pasted one in silence. A text
    in which nothing can be seen counts as empty."""

    widget = forms.Textarea(attrs={"rows": 5, "class": "input written"})
    has_preview = True  # field.html puts it under the box

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=MAX_LENGTH, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).replace("\r\n", "\n")
        return text if is_visible(text) else ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class IdempotencyKeyField(forms.UUIDField):
    """A token that every form is given anew, so that the same form sent twice is known for the same."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=uuid.uuid4)

    def to_python(self, value: Any) -> uuid.UUID:
        try:
            return super().to_python(value) or uuid.uuid4()
        except ValidationError:
            return uuid.uuid4()


class EditCountField(forms.CharField):
    """How often a post had been edited when its edit was begun. What is no number is as if it were not said."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> int | None:
        return whole_number(str(value))


class MarkdownForm(forms.Form):
    """A form whose `body` is set as it is read: what can't be set is said before anything is kept."""

    def clean_body(self) -> str:
        self.rendered = render(self.cleaned_data["body"])
        if self.rendered.stalled:
            raise ValidationError("A formula took too long to read. Send it again, or write it more simply.")
        return self.cleaned_data["body"]

    @property
    def post_fields(self) -> dict[str, Any]:
        """What is to be kept, once it is valid."""
        return self.cleaned_data | {"rendered": self.rendered}


class PostForm(MarkdownForm):
    """A reply."""

    body = MarkdownField(label="Reply", error_messages={"required": "There is nothing in it yet."})
    idempotency_key = IdempotencyKeyField()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, auto_id="reply-%s", **kwargs)
        self.fields["body"].widget.attrs["placeholder"] = "Markdown and $LaTeX$"


class EditForm(MarkdownForm):
    """A post that is written once more. `base` says how often it had been edited when this edit was begun."""

    body = MarkdownField(label="Your post", error_messages={"required": "To take it back altogether, remove the post."})
    base = EditCountField()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, auto_id="edit-%s", **kwargs)
        self.fields["body"].widget.attrs["autofocus"] = True
