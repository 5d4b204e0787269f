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
        _("You get a report to handle as a moderator or administrator"),
        _TEMPLATE.format("reported"),
        EmailPreference.Mail.NEVER,
        can_be_off=True,
        ended=_("The report is handled, or you no longer moderate the group"),
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


def notify_reported(report: Model, people: Iterable[User], now: datetime) -> None:
    """Notify those who handle the report."""
    page = "admin:groups_contentreport_change" if report.for_administrators else "handle_report"
    _notify(report, people, REPORTED, reverse(page, args=[report.pk]), report.by, now)


def notify_handled(reports: Iterable[Model], by: User, now: datetime) -> None:
    """Notify who made these reports that they are handled, and resolve what those who handle them were told."""
    for report in reports:
        Notification.objects.mark_obsolete(about=_about(report), kinds=[REPORTED], now=now)
        if report.by and report.group.memberships.filter(person=report.by).exists():
            url = reverse("group_reports", args=[report.group_id])
            _notify(report, [report.by] if report.by != by else [], HANDLED, url, None, now)


def _notify(report: Model, people: Iterable[User], kind: str, url: str, actor: User | None, now: datetime) -> None:
    facts = {"what": report.kind, "group": report.group.name}
    Notification.objects.notify(
        people, kind=kind, key=f"{kind}-{report.pk}", about=_about(report), facts=facts, url=url, actor=actor, now=now
    )
