"""A comment of a review, deleted by a moderator. The decision and the verdict stay: the round's status depends on
them."""

from django.db import transaction

from readlist_site.base.text import RENDERER_VERSION, render
from readlist_site.base.text.deleted_text import DELETED_BY_MODERATOR

from .review import Review
from .verdict import Verdict


@transaction.atomic
def delete_comment(comment: Verdict | Review) -> None:
    """Replace the text of a comment on an answer, on words of it or on the whole, also in earlier versions of the
    review, and delete the edit that it suggests. Call it under the lock of the group, for one who may."""
    html, rendered = render(DELETED_BY_MODERATOR).html, {"renderer": RENDERER_VERSION}
    if isinstance(comment, Verdict):
        comment.comment, comment.comment_html = DELETED_BY_MODERATOR, html
        no_edit = {"suggestion": "", "suggestion_html": ""}
        Verdict.objects.filter(pk=comment.pk).update(comment=comment.comment, comment_html=html, **no_edit, **rendered)
    else:
        comment.overall, comment.overall_html = DELETED_BY_MODERATOR, html
        Review.objects.filter(pk=comment.pk).update(overall=comment.overall, overall_html=html, **rendered)
    review = comment.review if isinstance(comment, Verdict) else comment
    for version in review.versions.all():
        if isinstance(comment, Review):
            version.overall = version.overall and DELETED_BY_MODERATOR
            version.overall_html = version.overall_html and html
        else:
            for each in version.verdicts:
                if (each["answer"], each.get("offset")) != comment.place:
                    continue
                each.pop("suggestion", None)
                if each["comment"]:
                    each["comment"] = html
                    each |= {"source": DELETED_BY_MODERATOR} if each.get("source") else {}
        version.save(update_fields=["overall", "overall_html", "verdicts"])
