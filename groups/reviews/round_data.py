"""Review rounds with all that their status is computed from, in one statement."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.utils import timezone

from groups.members.membership import Membership
from groups.members.mute import mutes
from readlist_site.base.web.together import RowsOf, Together, attach

from .claim import Claim
from .review import Review
from .review_request import ReviewRequest
from .review_version import ReviewVersion
from .skip import Skip

# Of the topic and the author no page of rounds shows these.
UNSEEN = (
    "submission__summary__topic__body",
    "submission__summary__topic__body_html",
    "submission__summary__topic__source_text",
    "submission__summary__topic__last_imported",
    "submission__summary__author__password",
)
_SUBMISSION = 1  # the column of a round
# `review_round` imports this module, so that the model is reached by the relation.
_ROUND = Review._meta.get_field("round")


def status_queries(rounds: QuerySet, now: datetime) -> list[QuerySet]:
    """Return the querysets of the rows that `with_status` takes: these rounds, their live claims, all rounds and
    reviews of their submissions, their skips, the memberships of their groups, and whom authors asked for reviews, with
    whether they have muted the author."""
    every_round = rounds.model._default_manager
    rounds = rounds.select_related(
        "revision", "acceptance", "submission__group", "submission__summary__author", "submission__summary__topic"
    ).defer(*UNSEEN)
    replaced = ReviewVersion.objects.filter(review=OuterRef("pk")).order_by("-replaced_at").values("replaced_at")
    reviews = Review.objects.select_related("reviewer").annotate(last_edited_at=Subquery(replaced[:1]))
    submissions = RowsOf(rounds, _SUBMISSION)
    asked = ReviewRequest.objects.filter(submission__in=submissions).select_related("person")
    groups = every_round.filter(pk__in=RowsOf(rounds)).order_by().values("submission__group")
    return [
        rounds,
        Claim.objects.live(now).filter(round__in=RowsOf(rounds)).select_related("reviewer").defer("reviewer__password"),
        every_round.filter(submission__in=submissions).select_related("revision", "acceptance"),
        reviews.filter(round__submission__in=submissions).defer("reviewer__password"),
        Skip.objects.filter(round__in=RowsOf(rounds)).only("round", "reviewer"),
        Membership.objects.with_pause().filter(group__in=groups),
        asked.annotate(is_muted=mutes(OuterRef("person"), "submission__summary__author")).defer("person__password"),
    ]


def with_status(
    rounds: list[Model],
    claims: Iterable[Claim],
    siblings: Iterable[Model],
    reviews: Iterable[Review],
    skips: Iterable[Skip],
    memberships: Iterable[Membership],
    requests: Iterable[ReviewRequest],
) -> list[Model]:
    """Return these rounds with the other rows of `status_queries` as their related rows and attributes, so that
    `status_of` needs no query."""
    claims_of, skips_of, reviews_of = (_by(rows, "round_id") for rows in (claims, skips, reviews))
    requests_of = _by(requests, "submission_id")
    siblings_of, members_of = _by(siblings, "submission_id"), _by(memberships, "group_id")
    for each in rounds:
        submission = each.submission
        each.live_claims = claims_of[each.pk]
        attach(each, "skips", skips_of[each.pk])
        submission.group.open_memberships = members_of[submission.group_id]
        submission.fetched_requests = requests_of[each.submission_id]
        attach(submission, "rounds", siblings_of[each.submission_id])
        for sibling in siblings_of[each.submission_id]:
            sibling.submission = submission
            attach(sibling, "reviews", reviews_of[sibling.pk])
            for review in reviews_of[sibling.pk]:
                review.round = sibling
        for claim in each.live_claims:
            claim.round = each
    return rounds


@Together
def _by_key(keys: list[int], now: datetime) -> list[QuerySet]:
    return status_queries(_ROUND.related_model._default_manager.filter(pk__in=keys).order_by(), now)


def fetch_with_status(keys: list[int], now: datetime | None = None) -> list[Model]:
    """Return the rounds with these keys, in this order, with status data. One statement; none for no keys."""
    if not keys:
        return []
    found = {each.pk: each for each in with_status(*_by_key(keys=keys, now=now or timezone.now()))}
    return [found[key] for key in keys if key in found]


def _by(rows: Iterable, column: str) -> defaultdict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found
