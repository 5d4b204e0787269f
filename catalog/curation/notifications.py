"""Who is notified of what became of their proposals: called by the verbs, inside the transaction that makes the event.

The sentences are in `templates/catalog/curation/notifications/`."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind
from readlist_site.base.notifications.notification import Notification

SUGGESTED, REPORTED = "suggestion_decided", "report_settled"

KINDS = (
    NotificationKind(
        SUGGESTED,
        "Your suggestion is decided",
        "catalog/curation/notifications/suggestion.txt",
        EmailPreference.Mail.DAILY,
    ),
    NotificationKind(
        REPORTED, "Your report is resolved", "catalog/curation/notifications/report.txt", EmailPreference.Mail.DAILY
    ),
)


def notify_suggestion_decided(
    key: int, facts: dict, *, suggested_by, voters: Iterable, entry_url: str, actor, now: datetime
) -> None:
    """The person who suggested it is told what came of it; those who voted for it that they can read it now. `facts`
    are its title, topic and reason and whether it was accepted; `voters` are empty where it was not."""
    name = f"suggestion-{key}"
    _notify(name, [suggested_by], SUGGESTED, {**facts, "mine": True}, reverse("my_suggestions"), actor, now)
    _notify(name, voters, SUGGESTED, {**facts, "mine": False}, entry_url, actor, now)


def notify_report_decided(key: int, facts: dict, *, reported_by, actor, now: datetime) -> None:
    """The person who reported it is told what came of it. `facts` are the source's title, the reason and whether the
    report was accepted."""
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
