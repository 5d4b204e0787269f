"""The form of a question on the page of what it is about."""

from django import forms
from django.utils.translation import gettext_lazy as _

from readlist_site.base.web.markdown_forms import IdempotencyKeyField, MarkdownField


class AskForm(forms.Form):
    """A title and the first post. It is sent to the view of a new thread, whose form validates it and is shown if it
    has errors."""

    use_required_attribute = False

    title = forms.CharField(
        max_length=160,
        label=_("Question"),
        help_text=_("For example: Does a larger batch hurt the final loss?"),
    )
    body = MarkdownField(label=_("Details"), help_text=_("Markdown and $LaTeX$"))
    idempotency_key = IdempotencyKeyField()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, auto_id="ask-%s", **kwargs)
        self.fields["body"].widget.attrs["rows"] = 3
