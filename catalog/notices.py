"""Who is notified of what became of their proposals: called by the verbs, inside the transaction that makes the event.

The sentences are in `templates/catalog/notifications/`."""

from typing import TYPE_CHECKING

from django.urls import reverse

from readlist_site.notices.kinds import Kind
from readlist_site.notices.models import Choice, Notice

if TYPE_CHECKING:
    from .models import Report, Suggestion

SUGGESTED, REPORTED = "suggestion_decided", "report_settled"

KINDS = (
    Kind(SUGGESTED, "Your suggestion is decided", "catalog/notifications/suggestion.txt", Choice.Mail.DAILY),
    Kind(REPORTED, "Your report is resolved", "catalog/notifications/report.txt", Choice.Mail.DAILY),
)


def tell_suggestion_decided(suggestion: "Suggestion") -> None:
    """Who suggested it hears what came of it; who would read it, too, hears that they can now."""
    accepted = suggestion.state == suggestion.State.ACCEPTED
    facts = {
        "title": suggestion.title,
        "topic": suggestion.topic.short_name,
        "accepted": accepted,
        "reason": suggestion.reason,
    }
    _tell(suggestion, [suggestion.by], SUGGESTED, {**facts, "mine": True}, reverse("my_suggestions"))
    if accepted:
        seconding = [each.person for each in suggestion.seconds.select_related("person")]
        there = f"{suggestion.topic.get_absolute_url()}#entry-{suggestion.entry_id}"
        _tell(suggestion, seconding, SUGGESTED, {**facts, "mine": False}, there)


def tell_report_settled(report: "Report") -> None:
    """Who reported it hears what came of it."""
    facts = {
        "source": report.source.listed_title,
        "accepted": report.state == report.State.ACCEPTED,
        "reason": report.reason,
    }
    _tell(report, [report.by], REPORTED, facts, reverse("my_suggestions"))


def _tell(proposal: "Suggestion | Report", people: list, kind: str, facts: dict, url: str) -> None:
    name = f"{proposal._meta.model_name}-{proposal.pk}"
    Notice.objects.tell(
        [person for person in people if person],
        kind=kind,
        key=name,
        about=f"catalog/{name}",
        facts=facts,
        url=url,
        actor=proposal.decided_by,
        now=proposal.decided_at,
    )
