"""Who is notified of what became of their proposals: called by the verbs, inside the transaction that makes the event.

The sentences are in `templates/catalog/notifications/`."""

from typing import TYPE_CHECKING

from django.urls import reverse

from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind
from readlist_site.base.notifications.notification import Notification

if TYPE_CHECKING:
    from .report import Report
    from .suggestion import Suggestion

SUGGESTED, REPORTED = "suggestion_decided", "report_settled"

KINDS = (
    NotificationKind(
        SUGGESTED, "Your suggestion is decided", "catalog/notifications/suggestion.txt", EmailPreference.Mail.DAILY
    ),
    NotificationKind(
        REPORTED, "Your report is resolved", "catalog/notifications/report.txt", EmailPreference.Mail.DAILY
    ),
)


def notify_suggestion_decided(suggestion: "Suggestion") -> None:
    """Who suggested it hears what came of it; who would read it, too, hears that they can now."""
    accepted = suggestion.state == suggestion.State.ACCEPTED
    facts = {
        "title": suggestion.title,
        "topic": suggestion.topic.short_name,
        "accepted": accepted,
        "reason": suggestion.reason,
    }
    _notify(suggestion, [suggestion.by], SUGGESTED, {**facts, "mine": True}, reverse("my_suggestions"))
    if accepted:
        voters = [each.person for each in suggestion.votes.select_related("person")]
        there = f"{suggestion.topic.get_absolute_url()}#entry-{suggestion.entry_id}"
        _notify(suggestion, voters, SUGGESTED, {**facts, "mine": False}, there)


def notify_report_decided(report: "Report") -> None:
    """Who reported it hears what came of it."""
    facts = {
        "source": report.source.listed_title,
        "accepted": report.state == report.State.ACCEPTED,
        "reason": report.reason,
    }
    _notify(report, [report.by], REPORTED, facts, reverse("my_suggestions"))


def _notify(proposal: "Suggestion | Report", people: list, kind: str, facts: dict, url: str) -> None:
    name = f"{proposal._meta.model_name}-{proposal.pk}"
    Notification.objects.notify(
        [person for person in people if person],
        kind=kind,
        key=name,
        about=f"catalog/{name}",
        facts=facts,
        url=url,
        actor=proposal.decided_by,
        now=proposal.decided_at,
    )
