"""What the page about deleting an account says: what goes and what stays, with counts, and what becomes of the groups
that the person owns."""

from dataclasses import dataclass

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.aggregates import Count
from django.db.models.functions import Coalesce

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from groups.leaving.erasure import shared_revisions
from groups.members.group import Group
from groups.members.membership import Membership
from groups.reviews.comment_thread import CommentMessage
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.submission import Submission
from groups.threads.post import Post
from groups.threads.post_draft import PostDraft
from notes.draft import Draft
from notes.erasure import unshared_summaries
from notes.reading import Reading
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.notification import Notification


@dataclass(frozen=True)
class DeletionFacts:
    """Counts by what is counted, and the groups that the person owns, each with `next_owner`, the name of who owns it
    then; None if nobody else is in it."""

    counts: dict[str, int]
    groups: list[Group]

    @property
    def drafts(self) -> int:
        return sum(self.counts[name] for name in ("drafts", "review_drafts", "post_drafts"))

    @property
    def has_shared(self) -> bool:
        """Whether others can read something of theirs."""
        return bool(
            self.proposals or any(self.counts[name] for name in ("submissions", "reviews", "comment_replies", "posts"))
        )

    @property
    def proposals(self) -> int:
        return self.counts["suggestions"] + self.counts["reports"]

    @classmethod
    def of(cls, person: User) -> "DeletionFacts":
        """Asks two queries."""
        others = Membership.objects.filter(group=OuterRef("pk")).in_succession_to(person)
        owned = Group.objects.owned_by(person).annotate(next_owner=Subquery(others.values("person__display_name")[:1]))
        return cls(_counts(person), list(owned.order_by("name", "pk")))


def _counts(person: User) -> dict[str, int]:
    querysets = {
        "readings": Reading.objects.visible_to(person),
        "drafts": Draft.objects.visible_to(person),
        "review_drafts": ReviewDraft.objects.visible_to(person),
        "post_drafts": PostDraft.objects.visible_to(person),
        "unshared_summaries": unshared_summaries(person, shared_revisions(person)),
        "notifications": Notification.objects.visible_to(person),
        "submissions": Submission.objects.filter(summary__author=person),
        "reviews": Review.objects.filter(reviewer=person),
        "comment_replies": CommentMessage.objects.not_deleted().filter(author=person),
        "posts": Post.objects.not_deleted().filter(author=person),
        "suggestions": Suggestion.objects.of(person),
        "reports": Report.objects.of(person),
    }
    counted = {f"{name}_count": _count(each) for name, each in querysets.items()}
    row = User.objects.filter(pk=person.pk).values(**counted).get()
    return {name: row[f"{name}_count"] for name in querysets}


def _count(queryset: QuerySet) -> Coalesce:
    """Returns the number of rows as an expression, so that one query counts them all."""
    counted = queryset.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk", distinct=True))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
