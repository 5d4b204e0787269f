"""A comment of a review, deleted by a moderator. The decision and the verdict stay: the round's status depends on
them."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import F

from readlist_site.base.text import RENDERER_VERSION, render
from readlist_site.base.text.deleted_text import DELETED_BY_MODERATOR, is_deleted_html

from .review import Review
from .review_draft import ReviewDraft
from .review_version import ReviewVersion
from .verdict import Verdict


@transaction.atomic
def delete_comment(comment: Verdict | Review) -> None:
    """Replace the text of a comment on an answer, on words of it or on the whole, also in earlier versions of the
    review, and delete the edit that it suggests. Delete the text from the reviewer's drafts of edits, too, so that none
    brings it back unnoticed. If its author has emptied it, it stays empty. Call it under the lock of the group, for one
    who may."""
    html, rendered = render(DELETED_BY_MODERATOR).html, {"renderer": RENDERER_VERSION}
    if isinstance(comment, Verdict):
        comment.refresh_from_db(fields=["comment", "suggestion"])
        if any(comment.said):
            prompt = comment.answer.prompt_id
            fields = f"comment_{prompt}", f"remark_{prompt}_", f"instead_{prompt}_"
            _delete_from_drafts(comment.review, fields, comment.said)
            comment.comment, comment.comment_html = DELETED_BY_MODERATOR, html
            texts = {"comment": DELETED_BY_MODERATOR, "comment_html": html, "suggestion": "", "suggestion_html": ""}
            Verdict.objects.filter(pk=comment.pk).update(**texts, **rendered)
    else:
        comment.refresh_from_db(fields=["overall"])
        if comment.overall:
            _delete_from_drafts(comment, ("overall",), [comment.overall])
            comment.overall, comment.overall_html = DELETED_BY_MODERATOR, html
            Review.objects.filter(pk=comment.pk).update(overall=comment.overall, overall_html=html, **rendered)
    for version in _review_of(comment).versions.all():
        if isinstance(comment, Review):
            version.overall = version.overall and DELETED_BY_MODERATOR
            version.overall_html = version.overall_html and html
        else:
            for each in _at_its_place(version, comment):
                each.pop("suggestion", None)
                if each["comment"]:
                    each["comment"] = html
                    each |= {"source": DELETED_BY_MODERATOR} if each.get("source") else {}
        version.save(update_fields=["overall", "overall_html", "verdicts"])


def _delete_from_drafts(review: Review, fields: tuple[str, ...], texts: Iterable[str]) -> None:
    """Empty the fields of the reviewer's drafts that hold one of these texts. The names of those fields begin so."""
    theirs = ReviewDraft.objects.filter(author=review.reviewer_id, round__submission=review.round.submission_id)
    texts = [text.strip() for text in texts if text.strip()]
    for draft in theirs:
        emptied = {
            name: ""
            for name, typed in draft.typed.items()
            if name.startswith(fields) and any(text in typed for text in texts)
        }
        if emptied:
            typed = draft.typed | emptied
            ReviewDraft.objects.filter(pk=draft.pk).update(typed=typed, version=F("version") + 1)


def has_text(comment: Verdict | Review) -> bool:
    """Return whether a comment, or an earlier version of it that members can still read, has a text that is not
    deleted. Versions from before it moved to other words are not found: nothing in them says which comment it was."""
    if isinstance(comment, Review):
        if _is_text(comment.overall_html):
            return True
        return any(_is_text(version.overall_html) for version in comment.versions.all())
    if _is_text(comment.comment_html) or comment.suggestion:
        return True
    versions = _review_of(comment).versions.all()
    earlier = (each for version in versions for each in _at_its_place(version, comment))
    return any(_is_text(each["comment"]) or each.get("suggestion") for each in earlier)


def _is_text(html: str) -> bool:
    return bool(html) and not is_deleted_html(html)


def _review_of(comment: Verdict | Review) -> Review:
    return comment.review if isinstance(comment, Verdict) else comment


def _at_its_place(version: ReviewVersion, comment: Verdict) -> Iterator[dict]:
    """Yield what a version says at the place of a comment."""
    return (each for each in version.verdicts if (each["answer"], each.get("offset")) == comment.place)
