"""Creates and resolves the notifications about reviews. Called inside the transaction of the change that causes them.
Takes instances of the review models without importing these, because they import this module.

The sentences are in `templates/groups/reviews/notifications/`."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from groups.members.group import Group
from groups.members.membership import Membership
from groups.members.mute import people_who_muted
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind, Section
from readlist_site.base.notifications.notification import Notification

REVIEW_NEEDED, REVIEWED, REVISED, ACCEPTED, REMINDER = "wanted", "reviewed", "revised", "accepted", "reminder"
REVIEW_REQUESTED = "review_requested"
COMMENT_REPLY, COMMENT_FOLLOWED, COMMENT_REOPENED = "comment_reply", "comment_followed", "comment_reopened"
# The kinds that ask for a review.
REQUESTS = (REVIEW_NEEDED, REVIEW_REQUESTED, REVISED, REMINDER)
# The kinds about what is said under a comment, and these with all about comments.
MESSAGES = (COMMENT_REPLY, COMMENT_FOLLOWED)
TALK = (*MESSAGES, COMMENT_REOPENED)

_MAIL = EmailPreference.Mail

_REVIEW_ENDED = _("No longer waiting for you")
_REPLY_ENDED = _("The reply was deleted, or you can’t see it any more")

KINDS = (
    NotificationKind(
        REVIEW_NEEDED,
        _("A summary in your group needs a review"),
        "groups/reviews/notifications/wanted.txt",
        _MAIL.DAILY,
        section=Section.REVIEWS,
        ended=_REVIEW_ENDED,
    ),
    NotificationKind(
        REVIEW_REQUESTED,
        _("A member asks you for a review"),
        "groups/reviews/notifications/review_requested.txt",
        _MAIL.AT_ONCE,
        section=Section.REVIEWS,
        ended=_("No longer waiting for you"),
    ),
    NotificationKind(
        REVIEWED,
        _("Your summary is reviewed"),
        "groups/reviews/notifications/reviewed.txt",
        _MAIL.AT_ONCE,
        section=Section.REVIEWS,
    ),
    NotificationKind(
        REVISED,
        _("A summary you reviewed is revised"),
        "groups/reviews/notifications/revised.txt",
        _MAIL.AT_ONCE,
        section=Section.REVIEWS,
        ended=_REVIEW_ENDED,
    ),
    NotificationKind(
        ACCEPTED,
        _("Your summary is accepted"),
        "groups/reviews/notifications/accepted.txt",
        _MAIL.DAILY,
        section=Section.REVIEWS,
    ),
    NotificationKind(
        REMINDER,
        _("A reminder to finish or start a review"),
        "groups/reviews/notifications/reminder.txt",
        _MAIL.AT_ONCE,
        section=Section.REVIEWS,
        ended=_REVIEW_ENDED,
    ),
    NotificationKind(
        COMMENT_REPLY,
        _("Someone replies to your comment, or to a comment on your summary"),
        "groups/reviews/notifications/comment_reply.txt",
        _MAIL.AT_ONCE,
        can_be_off=True,
        section=Section.REVIEWS,
        ended=_REPLY_ENDED,
    ),
    NotificationKind(
        COMMENT_FOLLOWED,
        _("Someone else replies to a comment that you replied to"),
        "groups/reviews/notifications/comment_reply.txt",
        _MAIL.DAILY,
        can_be_off=True,
        section=Section.REVIEWS,
        ended=_REPLY_ENDED,
    ),
    NotificationKind(
        COMMENT_REOPENED,
        _("A comment on your summary is reopened"),
        "groups/reviews/notifications/comment_reopened.txt",
        _MAIL.AT_ONCE,
        section=Section.REVIEWS,
        ended=_("The comment is resolved, or you can’t see it any more"),
    ),
)


def notify_revised(round: Model, people: Iterable[User], now: datetime) -> None:
    """Notify these people that a summary they reviewed or claimed has a new revision."""
    submission = round.submission
    facts = {"revision": round.revision.number}
    _notify(submission, people, REVISED, f"revised-{round.pk}", facts, actor=submission.summary.author, now=now)


def tell_applied(round: Model, reviewers: Iterable[User | None]) -> None:
    """Add to these reviewers' notifications of this revision that the author applied edits of theirs."""
    people = [person.pk for person in reviewers if person]
    told = Notification.objects.filter(key=f"revised-{round.pk}", kind=REVISED, person__in=people)
    for each in told if people else ():
        each.facts |= {"applied": True}
        each.save(update_fields=["facts"])


def notify_review_needed(round: Model, people: Iterable[User], now: datetime) -> None:
    """Notify these people that their review is needed."""
    submission = round.submission
    _notify(submission, people, REVIEW_NEEDED, f"wanted-{round.pk}", {}, actor=submission.summary.author, now=now)


def notify_review_requested(round: Model, person: User, now: datetime) -> None:
    """Notify a person that the author asks them for a review of this revision: once, also if the request is withdrawn
    and made again. It says more than that their review is needed, which becomes obsolete. Who has muted the author is
    not notified."""
    submission = round.submission
    if person.pk in people_who_muted(submission.summary.author):
        return
    Notification.objects.mark_obsolete(about=submission.notification_key, kinds=[REVIEW_NEEDED], person=person, now=now)
    _notify(
        submission, [person], REVIEW_REQUESTED, f"requested-{round.pk}", {}, actor=submission.summary.author, now=now
    )


def resolve_review_requested(submission: Model, person: User, now: datetime) -> None:
    """Mark what a person was told of the author's request as obsolete."""
    about = submission.notification_key
    Notification.objects.mark_obsolete(about=about, kinds=[REVIEW_REQUESTED], person=person, now=now)


def notify_reviewed(review: Model, now: datetime, *, edited: bool = False) -> None:
    """Notify the author of a review's decision. That of an edited review is a separate notification, because they may
    not have read the first."""
    facts = {"reviewer": review.reviewer.first_name, "approves": review.approves, "edited": edited}
    key = f"review-{review.pk}-{now:%Y%m%d%H%M%S%f}" if edited else f"review-{review.pk}"
    _notify_author(review.round.submission, REVIEWED, key, facts, actor=review.reviewer, now=now)


def notify_accepted(round: Model, now: datetime) -> None:
    """Notify the author that the group accepted their summary, and resolve the requests for reviews of it."""
    facts = {"group": round.submission.group.name}
    _notify_author(round.submission, ACCEPTED, f"accepted-{round.pk}", facts, now=now)
    resolve_review_needed(round.submission, now)


def notify_comment_reply(message: Model, now: datetime) -> None:
    """Notify members of a message under a comment: who wrote the comment, the summary's author, and those who replied
    there before; not those who have muted its author. All notifications of one message have one key, so that nobody is
    told of it twice."""
    thread, submission = message.thread, message.thread.round.submission
    author, opener = submission.summary.author, thread.opener
    earlier = User.objects.filter(comment_messages__in=thread.messages.not_deleted()).distinct()
    here = submission.group.memberships.with_open_account().values("person")
    muting = people_who_muted(message.author)
    people = {person.pk: person for person in [*earlier, author, opener] if person and person.pk not in muting}
    by_relation: dict[str, list[User]] = {}
    for key in User.objects.filter(pk__in=people).filter(pk__in=here).order_by("pk").values_list("pk", flat=True):
        person = people[key]
        whose = "summary" if person == author else "comment" if person == opener else ""
        by_relation.setdefault(whose, []).append(person)
    said = {"replier": message.author.first_name}
    told = {"actor": message.author, "now": now, "url": thread.get_absolute_url()}
    for whose, who in by_relation.items():
        kind = COMMENT_REPLY if whose else COMMENT_FOLLOWED
        _notify(submission, who, kind, _message_key(message), said | {"whose": whose}, **told)


def notify_comment_reopened(thread: Model, by: User, now: datetime) -> None:
    """Notify the summary's author that a comment was reopened. The author can reply to it with the next revision."""
    key = f"comment-reopened-{thread.pk}-{now:%Y%m%d%H%M%S%f}"
    facts, url = {"reopener": by.first_name}, thread.get_absolute_url()
    _notify_author(thread.round.submission, COMMENT_REOPENED, key, facts, actor=by, now=now, url=url)


def resolve_comment_reopened(thread: Model, now: datetime) -> None:
    """Mark the notifications that a comment was reopened as obsolete."""
    told = Notification.objects.filter(about=thread.round.submission.notification_key, obsolete_at=None)
    told.filter(key__startswith=f"comment-reopened-{thread.pk}-").update(obsolete_at=now)


def resolve_comment_message(message: Model, now: datetime) -> None:
    """Mark the notifications about a deleted message as obsolete."""
    told = Notification.objects.filter(about=message.thread.round.submission.notification_key, obsolete_at=None)
    told.filter(key=_message_key(message)).update(obsolete_at=now)


def resolve_erased_messages(person: User, now: datetime) -> None:
    """Mark the notifications about all messages of a person as obsolete."""
    Notification.objects.filter(actor=person, kind__in=MESSAGES, obsolete_at=None).update(obsolete_at=now)


def _message_key(message: Model) -> str:
    return f"comment-message-{message.pk}"


def remind_reviewer(claim: Model, key: str, now: datetime) -> None:
    """Remind a reviewer of when their claim expires."""
    submission = claim.round.submission
    url, facts = reverse("review", args=[submission.pk]), {"expires_at": claim.expires_at.isoformat()}
    _notify(submission, [claim.reviewer], REMINDER, key, facts, url=url, now=now)


def remind_review_needed(round: Model, people: Iterable[User], key: str, now: datetime) -> None:
    """Remind these people, who were notified before, that their review is still needed."""
    _notify(round.submission, people, REMINDER, key, {}, now=now)


def resolve_review_needed(submission: Model, now: datetime, person: User | None = None) -> None:
    """Mark requests for reviews of a submission as obsolete: all of them, or those to one person."""
    about = submission.notification_key
    Notification.objects.mark_obsolete(about=about, kinds=REQUESTS, person=person, now=now)


def resolve_withdrawn(submission: Model, now: datetime, *, can_see: QuerySet | None) -> None:
    """Mark requests for reviews of a withdrawn submission as obsolete. `can_see` holds the keys of the people who can
    still open it beside its author, None for all members; requests to others, and what they were told of replies to
    comments, are deleted."""
    resolve_review_needed(submission, now)
    if can_see is not None:
        told = Notification.objects.filter(about=submission.notification_key, kind__in=REQUESTS + TALK)
        told.exclude(person__in=can_see).exclude(person=submission.summary.author_id).delete()


def resolve_claimed(submission: Model, reviewer: User, *, is_full: bool, now: datetime) -> None:
    """Mark requests to the reviewer who claimed a review as obsolete, and, if all slots are taken (`is_full`), requests
    to the others."""
    resolve_review_needed(submission, now, reviewer)
    if is_full:
        Notification.objects.mark_obsolete(about=submission.notification_key, kinds=[REVIEW_NEEDED], now=now)


def resolve_left(person: User, group: Group, now: datetime) -> None:
    """Mark all notifications to a person about a group that they left as obsolete."""
    _about_group(person, group).update(obsolete_at=now)


def resolve_paused(person: User, group: Group, now: datetime) -> None:
    """Mark requests for reviews in this group to a person who pauses as obsolete. Notifications about their own
    summaries stay."""
    _about_group(person, group).filter(kind__in=REQUESTS).update(obsolete_at=now)


def mark_read(person: User, about: str) -> None:
    """Mark a person's notifications about a submission as read. Writes only if some are unread."""
    unread = Notification.objects.visible_to(person).filter(about=about).unread()
    if unread.exists():
        unread.mark_read()


def forget_name(person: User, abouts: Collection[str]) -> None:
    """Remove a person's name from notifications of others: as the author of the submissions whose `notification_key`
    is one of `abouts`, as a reviewer, and as who replied to or reopened a comment. Deletes old ones that have a
    sentence instead of facts."""
    told = Notification.objects.filter(Q(actor=person) | Q(about__in=abouts)).exclude(person=person)
    told.exclude(text="").delete()
    changed = []
    for each in told.exclude(facts=None):
        is_actor = each.actor_id == person.pk
        named = {"author": each.about in abouts} | dict.fromkeys(("reviewer", "replier", "reopener"), is_actor)
        if names := [name for name, is_theirs in named.items() if is_theirs and each.facts.get(name)]:
            each.facts |= dict.fromkeys(names, "")
            changed.append(each)
    Notification.objects.bulk_update(changed, ["facts"], batch_size=500)


def _about_group(person: User, group: Group) -> QuerySet[Notification]:
    return Notification.objects.filter(person=person, about__startswith=f"groups/{group.pk}/", obsolete_at=None)


def _notify_author(submission: Model, kind: str, key: str, facts: dict, **rest) -> None:
    author = submission.summary.author
    if author and Membership.objects.filter(group=submission.group_id, person=author).exists():
        _notify(submission, [author], kind, key, facts, **rest)


def _notify(
    submission: Model, people: Iterable[User], kind: str, key: str, facts: dict, *, now: datetime,
    url: str = "", actor: User | None = None,
) -> None:  # fmt: skip
    """Send a notification with these facts, the first name of the summary's author ("" for a former member) and the
    topic."""
    summary, about = submission.summary, submission.notification_key
    author = summary.author.first_name if summary.author else ""
    facts = {"author": author, "topic": summary.topic.short_name, **facts}
    url = url or submission.get_absolute_url()
    Notification.objects.notify(people, kind=kind, key=key, about=about, facts=facts, url=url, actor=actor, now=now)
