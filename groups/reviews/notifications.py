"""Creates and resolves the notifications about reviews. Called inside the transaction of the change that causes them.
Takes plain values, because the review models import this module.

The sentences are in `templates/groups/reviews/notifications/`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from groups.members.group import Group
from groups.members.membership import Membership
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind
from readlist_site.base.notifications.notification import Notification

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from readlist_site.base.accounts.models import User

REVIEW_NEEDED, REVIEWED, REVISED, ACCEPTED, REMINDER = "wanted", "reviewed", "revised", "accepted", "reminder"

_MAIL = EmailPreference.Mail

KINDS = (
    NotificationKind(
        REVIEW_NEEDED, "Someone needs your review", "groups/reviews/notifications/wanted.txt", _MAIL.DAILY
    ),
    NotificationKind(REVIEWED, "Your summary is reviewed", "groups/reviews/notifications/reviewed.txt", _MAIL.AT_ONCE),
    NotificationKind(
        REVISED, "A summary you reviewed is revised", "groups/reviews/notifications/revised.txt", _MAIL.AT_ONCE
    ),
    NotificationKind(ACCEPTED, "Your summary is accepted", "groups/reviews/notifications/accepted.txt", _MAIL.DAILY),
    NotificationKind(
        REMINDER, "Your review is due, or still needed", "groups/reviews/notifications/reminder.txt", _MAIL.AT_ONCE
    ),
)


@dataclass(frozen=True)
class Subject:
    """The submission that a notification is about. `author` is None for a former member."""

    group_id: int
    submission_id: int
    author: "User | None"
    topic: str

    @property
    def key(self) -> str:
        return submission_key(self.group_id, self.submission_id)


def submission_key(group_id: int, submission_id: int) -> str:
    """Return the value of `Notification.about` for a submission."""
    return f"groups/{group_id}/submissions/{submission_id}"


def notify_revised(subject: Subject, round_id: int, number: int, people: Iterable["User"], now: datetime) -> None:
    """Notify these people that a summary they reviewed or claimed has a new revision."""
    facts = {"revision": number}
    _notify(subject, people, REVISED, f"revised-{round_id}", facts, actor=subject.author, now=now)


def notify_review_needed(subject: Subject, round_id: int, people: Iterable["User"], now: datetime) -> None:
    """Notify these people that their review is needed."""
    _notify(subject, people, REVIEW_NEEDED, f"wanted-{round_id}", {}, actor=subject.author, now=now)


def notify_reviewed(subject: Subject, review_id: int, reviewer: "User", *, approves: bool, now: datetime) -> None:
    """Notify the author of a reviewer's decision."""
    facts = {"reviewer": reviewer.first_name, "approves": approves, "edited": False}
    _notify_author(subject, REVIEWED, f"review-{review_id}", facts, actor=reviewer, now=now)


def notify_review_edited(subject: Subject, review_id: int, reviewer: "User", *, approves: bool, now: datetime) -> None:
    """Notify the author that a review was edited, and of its present decision. This is a separate notification, because
    they may not have read the first."""
    facts = {"reviewer": reviewer.first_name, "approves": approves, "edited": True}
    key = f"review-{review_id}-{now:%Y%m%d%H%M%S%f}"
    _notify_author(subject, REVIEWED, key, facts, actor=reviewer, now=now)


def notify_accepted(subject: Subject, round_id: int, group: str, now: datetime) -> None:
    """Notify the author that the group accepted their summary, and resolve the requests for reviews of it."""
    _notify_author(subject, ACCEPTED, f"accepted-{round_id}", {"group": group}, now=now)
    resolve_review_needed(subject.key, now)


def remind_reviewer(subject: Subject, reviewer: "User", expires_at: datetime, key: str, now: datetime) -> None:
    """Remind a reviewer of when their claim expires."""
    url = reverse("review", args=[subject.submission_id])
    _notify(subject, [reviewer], REMINDER, key, {"expires_at": expires_at.isoformat()}, url=url, now=now)


def remind_review_needed(subject: Subject, people: Iterable["User"], key: str, now: datetime) -> None:
    """Remind these people, who were notified before, that their review is still needed."""
    _notify(subject, people, REMINDER, key, {}, now=now)


def resolve_review_needed(about: str, now: datetime, person: "User | None" = None) -> None:
    """Mark requests for reviews of a submission as obsolete: all of them, or those to one person."""
    kinds = (REVIEW_NEEDED, REVISED, REMINDER)
    Notification.objects.mark_obsolete(about=about, kinds=kinds, person=person, now=now)


def resolve_withdrawn(about: str, now: datetime, *, can_see: "QuerySet | None") -> None:
    """Mark requests for reviews of a withdrawn submission as obsolete. `can_see` holds the keys of the people who can
    still open it, None for all members; requests to others are deleted."""
    resolve_review_needed(about, now)
    if can_see is not None:
        requests = Notification.objects.filter(about=about, kind__in=(REVIEW_NEEDED, REVISED, REMINDER))
        requests.exclude(person__in=can_see).delete()


def resolve_claimed(about: str, reviewer: "User", *, is_full: bool, now: datetime) -> None:
    """Mark requests to the reviewer who claimed a review as obsolete, and, if all slots are taken (`is_full`), requests
    to the others."""
    resolve_review_needed(about, now, reviewer)
    if is_full:
        Notification.objects.mark_obsolete(about=about, kinds=[REVIEW_NEEDED], now=now)


def resolve_left(person: "User", group: Group, now: datetime | None = None) -> None:
    """Mark all notifications to a person about a group that they left as obsolete."""
    theirs = Notification.objects.filter(person=person, about__startswith=f"groups/{group.pk}/", obsolete_at=None)
    theirs.update(obsolete_at=now or timezone.now())


def mark_read(person: "User", about: str) -> None:
    """Mark a person's notifications about a submission as read. Writes only if some are unread."""
    unread = Notification.objects.visible_to(person).filter(about=about).unread()
    if unread.exists():
        unread.mark_read()


def resolve_paused(person: "User", group: Group, now: datetime) -> None:
    """Mark requests for reviews in this group to a person who pauses as obsolete. Notifications about their own
    summaries stay."""
    review_needed = Notification.objects.filter(
        person=person, kind__in=[REVIEW_NEEDED, REVISED, REMINDER], obsolete_at=None
    )
    review_needed.filter(about__startswith=f"groups/{group.pk}/").update(obsolete_at=now)


def _notify_author(subject: Subject, kind: str, key: str, facts: dict, **rest) -> None:
    author = subject.author
    if author and Membership.objects.filter(group=subject.group_id, person=author).exists():
        _notify(subject, [author], kind, key, facts, **rest)


def _notify(
    subject: Subject, people: Iterable["User"], kind: str, key: str, facts: dict, *, now: datetime,
    url: str = "", actor: "User | None" = None,
) -> None:  # fmt: skip
    """Send a notification with these facts, the first name of the summary's author ("" for a former member) and the
    topic."""
    author = subject.author
    facts = {"author": author.first_name if author else "", "topic": subject.topic, **facts}
    url = url or reverse("submission", args=[subject.submission_id])
    Notification.objects.notify(
        people, kind=kind, key=key, about=subject.key, facts=facts, url=url, actor=actor, now=now
    )
