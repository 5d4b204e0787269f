"""The drafts on the home page: summaries, reviews and posts not submitted yet, with links to continue."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from groups.threads.post_draft import PostDraft
from notes.draft import Draft
from notes.revision import Revision
from readlist_site.base.accounts.models import User


class Kind(StrEnum):
    """What the draft is of."""

    SUMMARY = "summary"
    REVIEW = "review"
    REVIEW_EDIT = "review_edit"
    THREAD = "thread"
    REPLY = "reply"
    POST_EDIT = "post_edit"


@dataclass(frozen=True)
class UnfinishedText:
    """One draft, and the page to continue it on; its sentence is in `templates/pages/draft_words.html`.

    `name` is that of the topic or thread; "" for a new thread without a title."""

    kind: Kind
    name: str
    url: str
    saved_at: datetime
    lines: int = 0
    author: User | None = None
    group: Group | None = None


def unfinished_texts(person: User) -> list[UnfinishedText]:
    """Returns the drafts that a person can continue, the latest first, in five queries.

    Excludes drafts that can't be submitted any more: reviews of withdrawn or accepted submissions, edits of deleted
    posts, and drafts in groups that the person has left."""
    found = [*_summaries(person), *_reviews(person), *_posts(person)]
    return sorted(found, key=lambda each: each.saved_at, reverse=True)


def _summaries(person: User) -> list[UnfinishedText]:
    own_revisions = Revision.objects.visible_to(person).filter(summary__topic=OuterRef("topic")).order_by("-number")
    last = Coalesce(Subquery(own_revisions.values("number")[:1]), 0)
    drafts = Draft.objects.visible_to(person).filter(topic__in=Section.objects.topics(), base_number=last)
    return [
        UnfinishedText(
            Kind.SUMMARY,
            draft.topic.short_name,
            reverse("summary", args=[draft.topic_id]),
            draft.saved_at,
            lines=draft.lines,
        )
        for draft in drafts.select_related("topic")
    ]


def _reviews(person: User) -> list[UnfinishedText]:
    author = "round__submission__summary__author"
    rounds = ReviewRound.objects.select_related("acceptance").prefetch_related("reviews")
    drafts = (
        ReviewDraft.objects.visible_to(person)
        .filter(
            round__submission__in=Submission.objects.open(),
            round__submission__group__in=Group.objects.visible_to(person),
        )
        .select_related("round__submission__summary__topic", author)
        .prefetch_related(Prefetch("round__submission__rounds", rounds))
        .order_by("round")
    )
    # By submission, so that of drafts on several revisions the latest remains: its text is carried over.
    latest = {draft.round.submission_id: draft for draft in drafts if _has_text(draft)}
    return [unfinished for draft in latest.values() if (unfinished := _review(draft))]


def _review(draft: ReviewDraft) -> UnfinishedText | None:
    submission = draft.round.submission
    current, summary = submission.current, submission.summary
    has_reviewed = any(review.reviewer_id == draft.author_id for review in current.reviews.all())
    if draft.round_id != current.pk if has_reviewed else current.accepted_at:
        return None
    kind, url = (Kind.REVIEW_EDIT, "edit_review") if has_reviewed else (Kind.REVIEW, "review")
    url = reverse(url, args=[submission.pk])
    return UnfinishedText(kind, summary.topic.short_name, url, draft.saved_at, author=summary.author)


def _posts(person: User) -> list[UnfinishedText]:
    groups = Group.objects.visible_to(person).not_archived()
    drafts = (
        PostDraft.objects.visible_to(person)
        .filter(
            Q(thread__group__in=groups) | Q(post__thread__group__in=groups, post__deleted_at=None) | Q(group__in=groups)
        )
        .select_related("thread__group", "post__thread__group", "group")
        .order_by("base")
    )
    latest = {(draft.thread_id, draft.post_id, draft.group_id): draft for draft in drafts if _has_text(draft)}
    return [_post(draft) for draft in latest.values() if not draft.post or draft.body.strip() != draft.post.body]


def _post(draft: PostDraft) -> UnfinishedText:
    if draft.group:
        kind, name, group = Kind.THREAD, draft.typed.get("title", "").strip(), draft.group
    elif draft.post:
        thread = draft.post.thread
        kind, name, group = Kind.POST_EDIT, thread.title, thread.group
    else:
        kind, name, group = Kind.REPLY, draft.thread.title, draft.thread.group
    return UnfinishedText(kind, name, draft.get_absolute_url(), draft.saved_at, group=group)


def _has_text(draft: ReviewDraft | PostDraft) -> bool:
    return any(text.strip() for name, text in draft.typed.items() if name != "about")
