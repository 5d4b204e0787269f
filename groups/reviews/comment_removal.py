"""A comment of a review, deleted by a moderator. The decision and the verdict stay: the round's status depends on
them."""

import re
from collections.abc import Iterator, Mapping

from django.db import transaction
from django.db.models import F

from readlist_site.base.text import RENDERER_VERSION, render
from readlist_site.base.text.deleted_text import DELETED_BY_MODERATOR, is_deleted_html

from .review import Review
from .review_draft import ReviewDraft
from .review_version import ReviewVersion
from .typed_words import numbers_in
from .verdict import Verdict


@transaction.atomic
def delete_comment(comment: Verdict | Review) -> None:
    """Replace the text of a comment on an answer, on words of it or on the whole, also in earlier versions of the
    review, and delete the edit that it suggests. Delete the text from the reviewer's drafts of edits, too, so that none
    brings it back unnoticed. If its author has emptied it, it stays empty. Locks the submission, so that no draft is
    saved meanwhile. Call it under the lock of the group, for one who may."""
    html, rendered = render(DELETED_BY_MODERATOR).html, {"renderer": RENDERER_VERSION}
    _review_of(comment).round.submission.lock()
    if isinstance(comment, Verdict):
        comment.refresh_from_db(fields=["comment", "suggestion"])
        if any(comment.said):
            _delete_from_drafts(comment)
            comment.comment, comment.comment_html = DELETED_BY_MODERATOR, html
            texts = {"comment": DELETED_BY_MODERATOR, "comment_html": html, "suggestion": "", "suggestion_html": ""}
            Verdict.objects.filter(pk=comment.pk).update(**texts, **rendered)
    else:
        comment.refresh_from_db(fields=["overall"])
        if comment.overall:
            _delete_from_drafts(comment)
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


def _delete_from_drafts(comment: Verdict | Review) -> None:
    """Take the texts of a comment out of the same comment in its reviewer's drafts, and leave what else they typed."""
    review = _review_of(comment)
    drafts = ReviewDraft.objects.filter(author=review.reviewer_id, round__submission=review.round.submission_id)
    for draft in drafts:
        changed = draft.typed | _typed_without(comment, draft.typed)
        if changed != draft.typed:
            ReviewDraft.objects.filter(pk=draft.pk).update(typed=changed, version=F("version") + 1)


def _typed_without(comment: Verdict | Review, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the fields for a comment in what is typed in a form, without its texts. A comment on words that is empty
    then loses its words as well, because a form with words alone can't be sent."""
    if isinstance(comment, Review):
        return _without({"overall": comment.overall}, typed)
    prompt = comment.answer.prompt_id
    if not comment.is_on_words:
        return _without({f"comment_{prompt}": comment.comment}, typed)
    fields = {}
    for key in (f"{prompt}_{number}" for number in numbers_in(typed, prompt)):
        if not _is_on_same_words(comment, typed.get(f"words_{key}", ""), typed.get(f"place_{key}", "")):
            continue
        left = _without({f"remark_{key}": comment.comment, f"instead_{key}": comment.suggestion}, typed)
        fields |= left
        if not any({**typed, **left}.get(f"{name}_{key}", "").strip() for name in ("remark", "instead")):
            fields |= {f"words_{key}": "", f"place_{key}": ""}
    return fields


def _is_on_same_words(comment: Verdict, words: str, place: str) -> bool:
    """Return whether words in a form are those that a comment is on: by where they were found, or by the words if that
    isn't known for this revision. Words that were changed since leave the place as it was."""
    if place.startswith(f"{comment.answer_id}."):
        return place == f"{comment.answer_id}.{comment.offset}"
    return words.strip() == comment.quote.strip()


def _without(texts: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """Return these fields of a form, each without its text, wherever that stands by itself and not within a word."""
    left = {}
    for name, text in texts.items():
        if (text := text.strip()) and name in typed:
            before, after = r"\b" if text[0].isalnum() else "", r"\b" if text[-1].isalnum() else ""
            left[name] = re.sub(rf"{before}{re.escape(text)}{after}[ \t]*", "", typed[name])
            left[name] = left[name].strip() if left[name] != typed[name] else typed[name]
    return left


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
