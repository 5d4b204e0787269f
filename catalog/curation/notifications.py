"""Notifications of decisions on proposals. Call these functions in the transaction that decides.

The sentences are in `templates/catalog/curation/notifications/`."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind, Section
from readlist_site.base.notifications.notification import Notification

SUGGESTED, REPORTED = "suggestion_decided", "report_settled"

KINDS = (
    NotificationKind(
        SUGGESTED,
        _("Your suggestion is decided"),
        "catalog/curation/notifications/suggestion.txt",
        EmailPreference.Mail.DAILY,
        section=Section.LIST,
    ),
    NotificationKind(
        REPORTED,
        _("Your report is resolved"),
        "catalog/curation/notifications/report.txt",
        EmailPreference.Mail.DAILY,
        section=Section.LIST,
    ),
)


def notify_suggestion_decided(
    key: int, facts: dict, *, suggested_by, voters: Iterable, entry_url: str, actor, now: datetime
) -> None:
    """Notify the suggestion's author of the decision, and the voters that the source is now in the list.

    `key` is the suggestion's primary key; `facts` are its title, topic and reason and whether it was accepted;
    `voters` is empty if it was declined."""
    name = f"suggestion-{key}"
    _notify(name, [suggested_by], SUGGESTED, {**facts, "mine": True}, reverse("my_suggestions"), actor, now)
    _notify(name, voters, SUGGESTED, {**facts, "mine": False}, entry_url, actor, now)


def notify_report_decided(key: int, facts: dict, *, reported_by, actor, now: datetime) -> None:
    """Notify the report's author of the decision. `key` is the report's primary key; `facts` are the source's title,
    the reason and whether the report was accepted."""
    _notify(f"report-{key}", [reported_by], REPORTED, facts, reverse("my_suggestions"), actor, now)


def _notify(name: str, people: Iterable, kind: str, facts: dict, url: str, actor, now: datetime) -> None:
    Notification.objects.notify(
        [person for person in people if person],
        kind=kind,
        key=name,
        about=f"catalog/{name}",
        facts=facts,
        url=url,
        actor=actor,
        now=now,
    )
