"""The form of a reply under a comment."""

from django.utils.translation import gettext_lazy as _

from groups.reviews.annotated_revision import Comment
from readlist_site.base.web.markdown_forms import MarkdownField, MarkdownForm


class CommentMessageForm(MarkdownForm):
    """A reply under the comment with this key."""

    body = MarkdownField(label=_("Reply"), error_messages={"required": _("Write something first.")})

    def __init__(self, *args, key: str, **kwargs) -> None:
        super().__init__(*args, auto_id=f"{key}-%s", **kwargs)
        self.key = key
        self.fields["body"].widget.attrs |= {"rows": 3, "placeholder": _("Markdown and $LaTeX$")}


class CommentMessageForms:
    """The forms of the replies under all comments of a page: empty ones, but for the one that was sent."""

    def __init__(self, sent: CommentMessageForm | None = None) -> None:
        self.sent = sent

    def under(self, comment: Comment) -> CommentMessageForm:
        if self.sent and self.sent.key == comment.key:
            return self.sent
        return CommentMessageForm(key=comment.key)
