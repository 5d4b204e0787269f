"""The page of a submission: the text, its changes, the comments on it, and the next action."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.members.group import keep_members
from groups.members.membership import Membership
from groups.reviews import notifications
from groups.reviews.annotated_revision import annotate_revision
from groups.reviews.claim import Claim
from groups.reviews.forms.comment_message import CommentMessageForms
from groups.reviews.re_review import review_by
from groups.reviews.review_queue import queued_rounds
from groups.reviews.review_round import ReviewRound
from groups.reviews.status import Kind, SignKind, Status, action_of
from groups.reviews.submission import Submission
from groups.reviews.views.submission import get_latest_round
from groups.threads.ask import ask_box, thread_drafts
from groups.threads.read_position import listed_for
from groups.threads.thread import Thread
from readlist_site.base.web.together import Together

# Of more threads about a summary the latest are shown.
SHOWN_THREADS = 20


@require_safe
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the latest revision or the one in `?revision=`, compared with the one in `?since=`, with the comment in
    `?comment=` also if it is on an earlier one and resolved. Marks the user's notifications about the submission as
    read."""
    latest = get_latest_round(request, pk)
    notifications.mark_read(request.user, latest.submission.notification_key)
    return _page(request, latest, request.GET)


def submission_page(request: HttpRequest, pk: int, *, key: str, status: int, **more) -> HttpResponse:
    """Return the page in answer to a form under the comment with this key, with the revisions that the form names;
    `more` is its context."""
    latest = get_latest_round(request, pk)
    query = _revisions_of_form(latest.submission, request.POST) | {"comment": key}
    return _page(request, latest, query, status_code=status, **more)


def comment_address(submission: Submission, key: str, form: Mapping[str, str]) -> str:
    """Return the address of a comment on the page on which a form was sent: with the same revisions."""
    query = urlencode(_revisions_of_form(submission, form) | {"comment": key})
    return f"{submission.get_absolute_url()}?{query}#comment-{key}"


def _revisions_of_form(submission: Submission, form: Mapping[str, str]) -> dict[str, str]:
    """Return the revisions that a form names, none if one of them was replaced since its page was opened."""
    shown = shown_revisions(form)
    numbers = set(map(str, submission.rounds.values_list("revision__number", flat=True))) if shown else set()
    return shown if numbers.issuperset(shown.values()) else {}


def shown_revisions(query: Mapping[str, str]) -> dict[str, str]:
    """Return what a query or a form says of the revisions that the page shows."""
    return {name: query[name] for name in ("revision", "since") if query.get(name)}


def _page(
    request: HttpRequest,
    latest: ReviewRound,
    query: Mapping[str, str],
    *,
    status_code: int = 200,
    **more,
) -> HttpResponse:
    pk, rounds = latest.submission_id, list(latest.submission.rounds.all())
    shown, since = chosen(query, request.user, rounds)
    held = next((each for each in latest.live_claims if each.reviewer == request.user), None)
    before = next(reversed(shown.earlier_rounds), None)
    talk = [each for each in (before, shown) if each]
    mine = [review for each in rounds for review in each.reviews.all() if review.reviewer == request.user]
    own = latest.submission.summary.author == request.user
    can_claim = any(each.is_available for each in queued_rounds(request.user, round=latest.pk))
    is_re_review = any(review.round_id < latest.pk for review in mine)
    status, holds = latest.status_for(request.user), bool(held and not latest.why_not_reviewable(request.user))
    can_be_replaced = own and not latest.submission.is_withdrawn and latest.can_be_replaced
    action = action_of(
        status,
        holds=holds,
        may_claim=can_claim,
        is_re_review=is_re_review,
        at_limit=can_claim and not is_re_review and Claim.objects.at_claim_limit(request.user),
        can_be_replaced=can_be_replaced,
    )
    blocking = latest.blocking_reviews(timezone.now())
    annotated = annotate_revision(shown, since, talk, shown.earlier_rounds, query.get("comment", ""))
    group = latest.submission.group
    threads, drafts, members = _threads_about(viewer=request.user, submission=pk, group=group.pk)
    keep_members(group, members)
    moderators = {each.person_id for each in group.open_memberships if each.role == Membership.Role.MODERATOR}
    context = {
        "group": group,
        "submission": latest.submission,
        "latest": latest,
        "round": shown,
        "rounds": rounds[::-1],
        "before": before,
        "shown_revisions": shown_revisions(query),
        "annotated": annotated,
        "can_reply": not latest.submission.is_withdrawn and not group.archived_at,
        "can_delete": not group.archived_at,
        "is_moderator": request.user.pk in moderators | {group.owner_id},
        "reply_forms": CommentMessageForms(),
        "members_to_ask": latest.members_to_ask(timezone.now()) if own and _can_be_asked(latest, status) else [],
        "asked": status.i_am_asked,
        "requested": [sign.person for sign in status.request_tags if sign.kind == SignKind.REVIEW_REQUESTED],
        "status": status,
        "action": action,
        "mine": own,
        "can_replace": can_be_replaced,
        "can_withdraw": latest.submission.can_be_withdrawn_by(request.user),
        "can_remove_from_playbook": latest.submission.can_be_removed_from_playbook_by(request.user),
        "can_edit_review": review_by(request.user, latest)
        and not latest.why_not_reviewable(request.user, editing=True),
        "my_request": next((each for each in mine if each in blocking), None),
        "threads": threads,
        "ask": ask_box(f"submission-{pk}", [group], drafts),
    }
    return render(request, "groups/overview/submission.html", context | more, status=status_code)


@Together
def _threads_about(viewer, submission: int, group: int) -> list[QuerySet]:
    """The threads about a submission, newest activity first, and the viewer's draft of a new thread in its group; and
    the group's members."""
    threads = Thread.objects.visible_to(viewer).filter(submission=submission).with_activity(excerpts=True)
    members = Membership.objects.filter(group=group).with_person()
    return [listed_for(threads, viewer)[:SHOWN_THREADS], thread_drafts(viewer).filter(group=group), members]


def _can_be_asked(round: ReviewRound, status: Status) -> bool:
    """Return whether its author can ask members for a review of the round."""
    ended = (Kind.WITHDRAWN, Kind.ACCEPTED, Kind.REMOVED, Kind.AUTHOR_LEFT)
    return status.kind not in ended and not round.submission.group.archived_at


def chosen(query: Mapping[str, str], viewer, rounds: list[ReviewRound]) -> tuple[ReviewRound, ReviewRound | None]:
    """Return the round to show and the earlier one to compare it with, or None, as named by the query. Without a
    "revision": the latest, and the last earlier one that the viewer reviewed. Raises Http404 for a revision that the
    submission doesn't have, or a "since" that is not earlier."""
    by_number = {str(each.revision.number): each for each in rounds}
    if "revision" not in query:
        read = [each for each in rounds[:-1] if any(review.reviewer == viewer for review in each.reviews.all())]
        return rounds[-1], read[-1] if read else None
    try:
        shown = by_number[query["revision"]]
        since = by_number[query["since"]] if "since" in query else None
    except KeyError:
        raise Http404 from None
    if since and since.pk >= shown.pk:
        raise Http404
    return shown, since
