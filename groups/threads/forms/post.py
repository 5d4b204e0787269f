"""What somebody writes into a thread."""

from typing import Any

from django import forms

from readlist_site.base.web.markdown_forms import IdempotencyKeyField, MarkdownField, MarkdownForm
from readlist_site.base.web.pagination import whole_number


class EditCountField(forms.CharField):
    """How often a post had been edited when its edit was begun. What is no number is as if it were not said."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> int | None:
        return whole_number(str(value))


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
