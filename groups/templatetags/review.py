"""Template filters for reviews. None of them queries the database for rounds fetched `with_status`."""

from datetime import datetime

from django import template
from django.utils import timezone

from groups.reviews.annotated_revision import Comment
from groups.reviews.forms.comment_message import CommentMessageForm, CommentMessageForms
from groups.reviews.review_round import ReviewRound
from groups.reviews.status import Status
from readlist_site.base.languages.formats import format_time, format_weekday

register = template.Library()


@register.filter
def status_for(round: ReviewRound, viewer) -> Status:
    """Return the status of a round for a viewer: `{% with status=round|status_for:user %}`."""
    return round.status_for(viewer)


@register.filter
def under(forms: CommentMessageForms | str, comment: Comment) -> CommentMessageForm | None:
    """Return the form of a reply under a comment: `{% with form=reply_forms|under:comment %}`. None on pages without
    these forms."""
    return forms.under(comment) if forms else None


@register.filter
def can_be_answered_after(comment: Comment, latest: ReviewRound) -> bool:
    """Return whether the editor of the author offers this comment: see `Comment.can_be_answered_after`."""
    return comment.can_be_answered_after(latest)


@register.filter
def deadline(when: datetime) -> str:
    """ "18:30" for today, "Thursday" within a week, otherwise "9 December"."""
    days = (timezone.localdate(when) - timezone.localdate()).days
    if days <= 0:
        return format_time(when, "Hm")
    return format_weekday(when) if days < 7 else day(when)


@register.filter
def since_when(when: datetime) -> str:
    """ "14:02" for today, "Monday" within the last week, otherwise "9 November"."""
    days = (timezone.localdate() - timezone.localdate(when)).days
    if days <= 0:
        return format_time(when, "Hm")
    return format_weekday(when) if days < 7 else day(when)


@register.filter
def day(when: datetime) -> str:
    """ "9 November", or "9 November 2025" if it is not this year."""
    is_this_year = timezone.localdate(when).year == timezone.localdate().year
    return format_time(when, "MMMMd" if is_this_year else "yMMMMd")
