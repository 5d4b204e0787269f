"""The drafts on the home page: summaries, reviews and posts not submitted yet, with links to continue."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from groups.threads.post_draft import PostDraft
from notes.draft import Draft
from notes.revision import Revision
from readlist_site.base.accounts.models import User
from readlist_site.base.web.together import RowsOf, Together, attach


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


@Together
def draft_rows(person) -> list[QuerySet]:
    """What `unfinished_texts` takes of a person: drafts of summaries; drafts of reviews, with all rounds of their
    submissions and who has reviewed these; drafts of posts."""
    own_revisions = Revision.objects.visible_to(person).filter(summary__topic=OuterRef("topic")).order_by("-number")
    last = Coalesce(Subquery(own_revisions.values("number")[:1]), 0)
    summaries = Draft.objects.visible_to(person).filter(topic__in=Section.objects.topics(), base_number=last)
    mine = Group.objects.visible_to(person)
    reviews = ReviewDraft.objects.visible_to(person).filter(
        round__submission__in=Submission.objects.open(), round__submission__group__in=mine
    )
    reviews = reviews.select_related("round__submission__summary__topic", "round__submission__summary__author")
    reviews = reviews.order_by("round")
    submissions = ReviewDraft.objects.filter(pk__in=RowsOf(reviews)).order_by().values("round__submission")
    rounds = ReviewRound.objects.filter(submission__in=submissions).select_related("acceptance")
    groups = mine.not_archived()
    posts = PostDraft.objects.visible_to(person).filter(
        Q(thread__group__in=groups) | Q(post__thread__group__in=groups, post__deleted_at=None) | Q(group__in=groups)
    )
    return [
        summaries.select_related("topic").only("lines", "saved_at", "topic__title"),
        reviews,
        rounds,
        Review.objects.filter(round__in=RowsOf(rounds)).only("round", "reviewer"),
        posts.select_related("thread__group", "post__thread__group", "group").order_by("base"),
    ]


def unfinished_texts(
    summaries: Iterable[Draft],
    reviews: Iterable[ReviewDraft],
    rounds: Iterable[ReviewRound],
    given: Iterable[Review],
    posts: Iterable[PostDraft],
) -> list[UnfinishedText]:
    """Returns the drafts that a person can continue, the latest first, of the rows of `draft_rows`.

    Excludes drafts that can't be submitted any more: reviews of withdrawn or accepted submissions, edits of deleted
    posts, and drafts in groups that the person has left."""
    found = [*map(_summary, summaries), *_reviews(reviews, rounds, given), *_posts(posts)]
    return sorted(found, key=lambda each: each.saved_at, reverse=True)


def _summary(draft: Draft) -> UnfinishedText:
    url = reverse("summary", args=[draft.topic_id])
    return UnfinishedText(Kind.SUMMARY, draft.topic.short_name, url, draft.saved_at, lines=draft.lines)


def _reviews(
    drafts: Iterable[ReviewDraft], rounds: Iterable[ReviewRound], given: Iterable[Review]
) -> list[UnfinishedText]:
    reviews_of, rounds_of = defaultdict(list), defaultdict(list)
    for review in given:
        reviews_of[review.round_id].append(review)
    for round in rounds:
        attach(round, "reviews", reviews_of[round.pk])
        rounds_of[round.submission_id].append(round)
    # By submission, so that of drafts on several revisions the latest remains: its text is carried over.
    latest = {draft.round.submission_id: draft for draft in drafts if _has_text(draft)}
    for submission, draft in latest.items():
        attach(draft.round.submission, "rounds", rounds_of[submission])
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


def _posts(drafts: Iterable[PostDraft]) -> list[UnfinishedText]:
    latest = {(draft.thread_id, draft.post_id, draft.group_id): draft for draft in drafts if _has_text(draft)}
    return [_post(draft) for draft in latest.values() if not draft.post or draft.body.strip() != draft.post.body]


def _post(draft: PostDraft) -> UnfinishedText:
    if draft.group:
        kind, name, group = Kind.THREAD, draft.typed.get("title", "").strip(), draft.group
    elif draft.post:
        thread = draft.post.thread
        kind, name, group = Kind.POST_EDIT, str(thread), thread.group
    else:
        kind, name, group = Kind.REPLY, str(draft.thread), draft.thread.group
    return UnfinishedText(kind, name, draft.get_absolute_url(), draft.saved_at, group=group)


def _has_text(draft: ReviewDraft | PostDraft) -> bool:
    return any(text.strip() for name, text in draft.typed.items() if name != "about")
