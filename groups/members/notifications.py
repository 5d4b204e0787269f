"""Creates and resolves the notifications about membership and roles. Called inside the transaction of the change that
causes them. Takes instances of groups and memberships without importing their models, because these import this module.

The sentences are in `templates/groups/members/notifications/`."""

from datetime import datetime

from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind
from readlist_site.base.notifications.notification import Notification

JOINED, LEFT, INVITATION_USED, ROLE, REMOVED = "joined", "left", "invitation_used", "role", "removed"

_MAIL = EmailPreference.Mail
_TEMPLATE = "groups/members/notifications/{}.txt"

_MEMBER_ENDED = _("This has changed since, or you left the group")

KINDS = (
    NotificationKind(
        INVITATION_USED,
        _("Someone joins with your invitation link"),
        _TEMPLATE.format(JOINED),
        _MAIL.NEVER,
        can_be_off=True,
        ended=_MEMBER_ENDED,
    ),
    NotificationKind(
        JOINED,
        _("Someone joins a group you own"),
        _TEMPLATE.format(JOINED),
        _MAIL.NEVER,
        can_be_off=True,
        ended=_MEMBER_ENDED,
    ),
    NotificationKind(
        LEFT,
        _("Someone leaves a group you own"),
        _TEMPLATE.format(LEFT),
        _MAIL.NEVER,
        can_be_off=True,
        ended=_MEMBER_ENDED,
    ),
    NotificationKind(
        ROLE,
        _("Your role in a group changes"),
        _TEMPLATE.format(ROLE),
        _MAIL.AT_ONCE,
        can_be_off=True,
        ended=_("Your role has changed again, or you left the group"),
    ),
    NotificationKind(
        REMOVED,
        _("You are removed from a group"),
        _TEMPLATE.format(REMOVED),
        _MAIL.AT_ONCE,
        can_be_off=True,
        ended=_("You joined the group again"),
    ),
)
_NAMES = tuple(kind.name for kind in KINDS)


def _about(group: Model) -> str:
    return f"groups/{group.pk}/members"


def notify_joined(membership: Model, invited_by: User | None, now: datetime) -> None:
    """Notify the group's owner, and the member whose invitation link was used, of a new member: each once. What they
    were told of earlier comings and goings of this person, and the person of their removal, becomes obsolete."""
    group, person = membership.group, membership.person
    _resolve(group, person, [JOINED, INVITATION_USED, LEFT], now)
    Notification.objects.mark_obsolete(about=_about(group), kinds=[REMOVED], person=person, now=now)
    told = {each: [JOINED] for each in _owner_of(group)}
    if invited_by and group.memberships.filter(person=invited_by).exists():
        told[invited_by] = [INVITATION_USED, *told.get(invited_by, ())]
    Notification.objects.notify_each(
        told, key=f"joined-{membership.pk}", about=_about(group), facts=_facts(group, person),
        url=_members_url(group), actor=person, now=now,
    )  # fmt: skip


def notify_left(end: Model, *, banned: bool) -> None:
    """Notify the group's owner that a member has left or was removed, as the membership log says it, and who was
    removed of that: not by whom, because owner and moderators answer for it together. Call it when all else that the
    person was told of the group is obsolete."""
    group, person, removed_by = end.group, end.person, end.removed_by
    _resolve(group, person, [JOINED, INVITATION_USED], end.at)
    event = {"key": f"left-{end.pk}", "about": _about(group), "now": end.at}
    facts = _facts(group, person) | {"remover": removed_by.first_name if removed_by else ""}
    owner = [each for each in _owner_of(group) if each != person]
    Notification.objects.notify(
        owner, kind=LEFT, facts=facts, url=_members_url(group), actor=removed_by or person, **event
    )
    if removed_by:
        said = {"group": group.name, "banned": banned}
        Notification.objects.notify([person], kind=REMOVED, facts=said, url=reverse("groups"), **event)


def notify_role(membership: Model, by: User | None = None) -> None:
    """Notify a member of their new role. What they were told of an earlier one becomes obsolete."""
    group, now = membership.group, timezone.now()
    about = f"groups/{group.pk}/role"
    Notification.objects.mark_obsolete(about=about, kinds=[ROLE], person=membership.person, now=now)
    facts = {"group": group.name, "role": membership.effective_role, "by": by.first_name if by else ""}
    Notification.objects.notify(
        [membership.person], kind=ROLE, key=f"role-{membership.pk}-{now:%Y%m%d%H%M%S%f}", about=about, facts=facts,
        url=_members_url(group), actor=by, now=now,
    )  # fmt: skip


def forget_member(person: User) -> None:
    """Remove a person's name from notifications of others about membership and roles."""
    told = Notification.objects.filter(kind__in=_NAMES).filter(Q(actor=person) | Q(facts__person=person.pk))
    changed = list(told.exclude(person=person))
    for each in changed:
        if each.facts.get("person") == person.pk:
            each.facts |= {"member": "", "person": None}
        if each.actor_id == person.pk:
            each.facts |= {"remover": "", "by": ""}
    Notification.objects.bulk_update(changed, ["facts"], batch_size=500)


def _facts(group: Model, person: User) -> dict:
    return {"member": person.first_name, "person": person.pk, "group": group.name}


def _members_url(group: Model) -> str:
    return reverse("members", args=[group.pk])


def _owner_of(group: Model) -> list[User]:
    return list(User.objects.filter(pk=group.owner_id))


def _resolve(group: Model, person: User, kinds: list[str], now: datetime) -> None:
    told = Notification.objects.filter(facts__person=person.pk)
    told.mark_obsolete(about=_about(group), kinds=kinds, now=now)
