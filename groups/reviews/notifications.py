"""Who is notified of what: called by the verbs, inside the transaction that makes the event. Takes plain values; the
models of review import this module.

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
    """What a notification names a submission by."""
    return f"groups/{group_id}/submissions/{submission_id}"


def notify_revised(subject: Subject, round_id: int, number: int, people: Iterable["User"], now: datetime) -> None:
    """Tell these that a summary which they have reviewed or claimed has a new revision."""
    facts = {"revision": number}
    _notify(subject, people, REVISED, f"revised-{round_id}", facts, actor=subject.author, now=now)


def notify_review_needed(subject: Subject, round_id: int, people: Iterable["User"], now: datetime) -> None:
    """Tell these that their review is needed."""
    _notify(subject, people, REVIEW_NEEDED, f"wanted-{round_id}", {}, actor=subject.author, now=now)


def notify_reviewed(subject: Subject, review_id: int, reviewer: "User", *, approves: bool, now: datetime) -> None:
    """Tell the author what a reviewer decided."""
    facts = {"reviewer": reviewer.first_name, "approves": approves, "edited": False}
    _notify_author(subject, REVIEWED, f"review-{review_id}", facts, actor=reviewer, now=now)


def notify_review_edited(subject: Subject, review_id: int, reviewer: "User", *, approves: bool, now: datetime) -> None:
    """Tell the author that a review was edited, and what it decides now. It is a notification of its own: the earlier
    one may go unread."""
    facts = {"reviewer": reviewer.first_name, "approves": approves, "edited": True}
    key = f"review-{review_id}-{now:%Y%m%d%H%M%S%f}"
    _notify_author(subject, REVIEWED, key, facts, actor=reviewer, now=now)


def notify_accepted(subject: Subject, round_id: int, group: str, now: datetime) -> None:
    """Tell the author that the group accepted their summary; requests for a review of it are resolved."""
    _notify_author(subject, ACCEPTED, f"accepted-{round_id}", {"group": group}, now=now)
    resolve_review_needed(subject.key, now)


def remind_reviewer(subject: Subject, reviewer: "User", expires_at: datetime, key: str, now: datetime) -> None:
    """Remind who holds a review until when they do."""
    url = reverse("review", args=[subject.submission_id])
    _notify(subject, [reviewer], REMINDER, key, {"expires_at": expires_at.isoformat()}, url=url, now=now)


def remind_review_needed(subject: Subject, people: Iterable["User"], key: str, now: datetime) -> None:
    """Remind these, who were told that their review is needed, that it still is."""
    _notify(subject, people, REMINDER, key, {}, now=now)


def resolve_review_needed(about: str, now: datetime, person: "User | None" = None) -> None:
    """Requests for a review of the submission of this key are obsolete: for all, or for this person."""
    kinds = (REVIEW_NEEDED, REVISED, REMINDER)
    Notification.objects.mark_obsolete(about=about, kinds=kinds, person=person, now=now)


def resolve_withdrawn(about: str, now: datetime, *, can_see: "QuerySet | None") -> None:
    """A submission was withdrawn: requests for a review of it are obsolete. `can_see`: the keys of the people who can
    still open it, None for everybody; requests to others are deleted."""
    resolve_review_needed(about, now)
    if can_see is not None:
        requests = Notification.objects.filter(about=about, kind__in=(REVIEW_NEEDED, REVISED, REMINDER))
        requests.exclude(person__in=can_see).delete()


def resolve_claimed(about: str, reviewer: "User", *, is_full: bool, now: datetime) -> None:
    """A review was claimed: requests to its reviewer are obsolete, and where all slots are taken (`is_full`), those to
    the others."""
    resolve_review_needed(about, now, reviewer)
    if is_full:
        Notification.objects.mark_obsolete(about=about, kinds=[REVIEW_NEEDED], now=now)


def resolve_left(person: "User", group: Group, now: datetime | None = None) -> None:
    """All notifications to a person about a group that they have left are obsolete."""
    theirs = Notification.objects.filter(person=person, about__startswith=f"groups/{group.pk}/", obsolete_at=None)
    theirs.update(obsolete_at=now or timezone.now())


def mark_read(person: "User", about: str) -> None:
    """A person opened the submission of this key: what they were told of it is read. Writes only where something is
    unread."""
    unread = Notification.objects.visible_to(person).filter(about=about).unread()
    if unread.exists():
        unread.mark_read()


def resolve_paused(person: "User", group: Group, now: datetime) -> None:
    """Requests for a review in this group to a person who pauses are obsolete. What is about their own summaries
    stays."""
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
    """With these facts, the first name of the summary's author ("" for a former member) and its topic."""
    author = subject.author
    facts = {"author": author.first_name if author else "", "topic": subject.topic, **facts}
    url = url or reverse("submission", args=[subject.submission_id])
    Notification.objects.notify(
        people, kind=kind, key=key, about=subject.key, facts=facts, url=url, actor=actor, now=now
    )
