"""Who is notified of what: called by the verbs, inside the transaction that makes the event.

The sentences are in `templates/groups/notifications/`."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind
from readlist_site.base.notifications.notification import Notification

if TYPE_CHECKING:
    from groups.members.group import Group
    from readlist_site.base.accounts.models import User

    from .acceptance import Acceptance
    from .claim import Claim
    from .review import Review
    from .review_round import ReviewRound
    from .submission import Submission

REVIEW_NEEDED, REVIEWED, REVISED, ACCEPTED, REMINDER = "wanted", "reviewed", "revised", "accepted", "reminder"

_MAIL = EmailPreference.Mail

KINDS = (
    NotificationKind(REVIEW_NEEDED, "Someone needs your review", "groups/notifications/wanted.txt", _MAIL.DAILY),
    NotificationKind(REVIEWED, "Your summary is reviewed", "groups/notifications/reviewed.txt", _MAIL.AT_ONCE),
    NotificationKind(REVISED, "A summary you reviewed is revised", "groups/notifications/revised.txt", _MAIL.AT_ONCE),
    NotificationKind(ACCEPTED, "Your summary is accepted", "groups/notifications/accepted.txt", _MAIL.DAILY),
    NotificationKind(
        REMINDER, "Your review is due, or still needed", "groups/notifications/reminder.txt", _MAIL.AT_ONCE
    ),
)


def notify_submitted(round: "ReviewRound", now: datetime) -> None:
    """A revision waits: who knows an earlier one hears that it is revised, the others that a review is wanted of them.

    Where those who know it are as many as are wanted, the others hear nothing yet: it is left to the first. Of a text
    that replaced another nobody hears twice, but what they were told names the later revision."""
    submission = round.submission
    author = submission.summary.author
    others = [each.person for each in submission.group.memberships.available_for_review(now).exclude(person=author)
              .select_related("person")]  # fmt: skip
    readers = set(submission.rounds.values_list("reviews__reviewer", flat=True))
    readers |= set(round.claims.live(now).values_list("reviewer", flat=True))
    knowing = [person for person in others if person.pk in readers]
    facts = {"revision": round.revision.number}
    _notify(submission, knowing, REVISED, f"revised-{round.pk}", facts, actor=author, now=now)
    if len(knowing) < round.slots:
        notify_review_needed(round, [person for person in others if person.pk not in readers], now)


def notify_review_needed(round: "ReviewRound", people: Iterable["User"], now: datetime) -> None:
    """A review is wanted of these."""
    submission = round.submission
    _notify(submission, people, REVIEW_NEEDED, f"wanted-{round.pk}", {}, actor=submission.summary.author, now=now)


def notify_reviewed(review: "Review") -> None:
    """The author hears what a reviewer decided."""
    submission = review.round.submission
    facts = {"reviewer": review.reviewer.first_name, "approves": review.approves, "edited": False}
    _notify_author(submission, REVIEWED, f"review-{review.pk}", facts, actor=review.reviewer, now=review.submitted_at)


def notify_review_edited(review: "Review", now: datetime) -> None:
    """The author hears that a review says something else now, and what it decides: earlier words may go unread."""
    submission = review.round.submission
    facts = {"reviewer": review.reviewer.first_name, "approves": review.approves, "edited": True}
    key = f"review-{review.pk}-{now:%Y%m%d%H%M%S%f}"
    _notify_author(submission, REVIEWED, key, facts, actor=review.reviewer, now=now)


def notify_accepted(acceptance: "Acceptance") -> None:
    """The author hears that the group agrees; nobody need do anything about it any more."""
    submission = acceptance.round.submission
    facts = {"group": str(submission.group)}
    _notify_author(submission, ACCEPTED, f"accepted-{acceptance.round_id}", facts, now=acceptance.accepted_at)
    resolve_review_needed(submission, acceptance.accepted_at)


def remind_reviewer(claim: "Claim", key: str, now: datetime) -> None:
    """Who holds a review hears until when."""
    submission = claim.round.submission
    url = reverse("review", args=[submission.pk])
    facts = {"expires_at": claim.expires_at.isoformat()}
    _notify(submission, [claim.reviewer], REMINDER, key, facts, url=url, now=now)


def remind_review_needed(round: "ReviewRound", people: Iterable["User"], key: str, now: datetime) -> None:
    """Who was told that a review is wanted hears that it still is."""
    submission = round.submission
    _notify(submission, people, REMINDER, key, {}, now=now)


def resolve_review_needed(submission: "Submission", now: datetime, person: "User | None" = None) -> None:
    """Nobody, or not this person, need review it any more."""
    kinds = (REVIEW_NEEDED, REVISED, REMINDER)
    Notification.objects.mark_obsolete(about=about_key(submission), kinds=kinds, person=person, now=now)


def resolve_withdrawn(submission: "Submission", now: datetime) -> None:
    """Its author took it back: nobody need review it, and for those who never took it up, and can open it no longer, it
    is as if they had never been told."""
    resolve_review_needed(submission, now)
    if submission.playbook_round(now) is None:
        took_it_up = submission.rounds.filter(claims__reviewer__isnull=False).values("claims__reviewer")
        of_it = Notification.objects.filter(about=about_key(submission), kind__in=(REVIEW_NEEDED, REVISED, REMINDER))
        of_it.exclude(person__in=took_it_up).delete()


def resolve_claimed(claim: "Claim", now: datetime) -> None:
    """Who takes a review has heard; and if it was the last that was wanted, the others need do nothing."""
    submission = claim.round.submission
    resolve_review_needed(submission, now, claim.reviewer)
    if claim.round.is_full(now):
        Notification.objects.mark_obsolete(about=about_key(submission), kinds=[REVIEW_NEEDED], now=now)


def resolve_left(person: "User", group: "Group", now: datetime | None = None) -> None:
    """Of a group that they are no longer in nobody hears anything more."""
    theirs = Notification.objects.filter(person=person, about__startswith=f"groups/{group.pk}/", obsolete_at=None)
    theirs.update(obsolete_at=now or timezone.now())


def mark_read(person: "User", submission: "Submission") -> None:
    """Who looks at a summary has seen what they were told of it. Writes only where there is something new."""
    new = Notification.objects.visible_to(person).filter(about=about_key(submission)).unread()
    if new.exists():
        new.mark_read()


def resolve_paused(person: "User", group: "Group", now: datetime) -> None:
    """Nothing is wanted of who is away. What became of their own summaries they hear all the same."""
    review_needed = Notification.objects.filter(
        person=person, kind__in=[REVIEW_NEEDED, REVISED, REMINDER], obsolete_at=None
    )
    review_needed.filter(about__startswith=f"groups/{group.pk}/").update(obsolete_at=now)


def about_key(submission: "Submission") -> str:
    """What a notice names a submission by."""
    return f"groups/{submission.group_id}/submissions/{submission.pk}"


def _notify_author(submission: "Submission", kind: str, key: str, facts: dict, **rest) -> None:
    author = submission.summary.author
    if author and submission.group.memberships.filter(person=author).exists():
        _notify(submission, [author], kind, key, facts, **rest)


def _notify(
    submission: "Submission", people: Iterable["User"], kind: str, key: str, facts: dict, *, now: datetime,
    url: str = "", actor: "User | None" = None,
) -> None:  # fmt: skip
    """With these facts, the first name of the summary's author ("" for a former member) and its topic."""
    author = submission.summary.author
    facts = {"author": author.first_name if author else "", "topic": submission.summary.topic.short_name, **facts}
    url = url or submission.get_absolute_url()
    Notification.objects.notify(
        people, kind=kind, key=key, about=about_key(submission), facts=facts, url=url, actor=actor, now=now
    )
