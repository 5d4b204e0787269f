"""The forms for a reply and for editing a post."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from readlist_site.base.web.markdown_forms import IdempotencyKeyField, MarkdownField, MarkdownForm
from readlist_site.base.web.pagination import whole_number


class EditCountField(forms.CharField):
    """The number of the post's edits when this edit was started. Anything that is not a number counts as missing."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> int | None:
        return whole_number(str(value))


class PostForm(MarkdownForm):
    """A reply."""

    body = MarkdownField(
        takes_images=True,
        label=gettext_lazy("Reply"),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    idempotency_key = IdempotencyKeyField()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, auto_id="reply-%s", **kwargs)
        self.fields["body"].widget.attrs["placeholder"] = _("Markdown and $LaTeX$")


class EditForm(MarkdownForm):
    """An edit of a post. `base` is the number of the post's edits when this edit was started."""

    body = MarkdownField(
        takes_images=True,
        label=gettext_lazy("Your post"),
        error_messages={"required": gettext_lazy("Write something, or delete the post instead.")},
    )
    base = EditCountField()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, auto_id="edit-%s", **kwargs)
        self.fields["body"].widget.attrs["autofocus"] = True
