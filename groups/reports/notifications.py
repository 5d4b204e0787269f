"""Notifications of reports: to those who handle them, and to who made them. Called inside the transaction of the change
that causes them. Takes reports without importing their model, because that imports this module.

They say nobody's name. The sentences are in `templates/groups/reports/notifications/`."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind
from readlist_site.base.notifications.notification import Notification

REPORTED, HANDLED = "content_reported", "report_handled"

_TEMPLATE = "groups/reports/notifications/{}.txt"

KINDS = (
    NotificationKind(
        REPORTED,
        _("Someone sends you a report as a moderator or administrator"),
        _TEMPLATE.format("reported"),
        EmailPreference.Mail.NEVER,
        can_be_off=True,
    ),
    NotificationKind(
        HANDLED,
        _("Your report in a group is handled"),
        _TEMPLATE.format("handled"),
        EmailPreference.Mail.NEVER,
        can_be_off=True,
    ),
)


def _about(report: Model) -> str:
    return f"groups/{report.group_id}/reports/{report.pk}"


def notify_reported(report: Model, now: datetime) -> None:
    """Notify those who handle the report: administrators, or the owner and moderators of the group but for the one whom
    it is about."""
    if report.for_administrators:
        people = list(User.objects.filter(is_superuser=True, is_active=True))
        url = reverse("admin:groups_contentreport_change", args=[report.pk])
    else:
        members = report.group.memberships.with_open_account().select_related("person", "group")
        people = [each.person for each in members if each.is_moderator]
        url = reverse("handle_report", args=[report.pk])
    _notify(report, [each for each in people if each.pk != report.reported_id], REPORTED, url, report.by, now)


def notify_handled(reports: Iterable[Model], by: User, now: datetime) -> None:
    """Notify who made these reports that they are handled, and resolve what those who handle them were told."""
    for report in reports:
        Notification.objects.mark_obsolete(about=_about(report), kinds=[REPORTED], now=now)
        if report.by and report.group.memberships.filter(person=report.by).exists():
            url = reverse("group_reports", args=[report.group_id])
            _notify(report, [report.by] if report.by != by else [], HANDLED, url, None, now)


def _notify(report: Model, people: list[User], kind: str, url: str, actor: User | None, now: datetime) -> None:
    facts = {"what": report.kind, "group": report.group.name}
    Notification.objects.notify(
        people, kind=kind, key=f"{kind}-{report.pk}", about=_about(report), facts=facts, url=url, actor=actor, now=now
    )
