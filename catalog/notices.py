"""What people are told of what they proposed: called by the verbs, inside the transaction that makes the event."""

from typing import TYPE_CHECKING

from django.urls import reverse

from readlist_site.notices.kinds import Kind
from readlist_site.notices.models import Choice, Notice

if TYPE_CHECKING:
    from .models import Report, Suggestion

SUGGESTED, REPORTED = "suggestion_decided", "report_settled"

KINDS = (
    Kind(SUGGESTED, "Your suggestion is decided", "your suggestion is decided", Choice.Mail.DAILY),
    Kind(REPORTED, "What you reported is settled", "what you reported is settled", Choice.Mail.DAILY),
)


def tell_suggestion_decided(suggestion: "Suggestion") -> None:
    """Who suggested it hears what came of it; who would read it, too, hears that they can now."""
    topic, title = suggestion.topic.short_name, _short(suggestion.title)
    accepted = suggestion.state == suggestion.State.ACCEPTED
    said = f"is in {topic} now, as you suggested" if accepted else f"was not taken into {topic}: {suggestion.reason}"
    _tell(suggestion, [suggestion.by], SUGGESTED, f"“{title}” {said}", reverse("my_suggestions"))
    if accepted:
        seconding = [each.person for each in suggestion.seconds.select_related("person")]
        text = f"“{title}”, which you would read, too, is in {topic} now"
        there = f"{suggestion.topic.get_absolute_url()}#entry-{suggestion.entry_id}"
        _tell(suggestion, seconding, SUGGESTED, text, there)


def tell_report_settled(report: "Report") -> None:
    """Who reported it hears what came of it."""
    done = report.state == report.State.ACCEPTED
    said = "The curators have settled your report" if done else "The curators have declined your report"
    word = f": {report.reason}" if report.reason else ""
    text = f"{said} of “{_short(report.source.listed_title)}”{word}"
    _tell(report, [report.by], REPORTED, text, reverse("my_suggestions"))


def _tell(proposal: "Suggestion | Report", people: list, kind: str, text: str, url: str) -> None:
    name = f"{proposal._meta.model_name}-{proposal.pk}"
    text = text if len(text) <= 300 else f"{text[:299]}…"
    Notice.objects.tell(
        [person for person in people if person],
        kind=kind,
        key=name,
        about=f"catalog/{name}",
        text=text,
        url=url,
        actor=proposal.decided_by,
        now=proposal.decided_at,
    )


def _short(title: str) -> str:
    return title if len(title) <= 100 else f"{title[:99]}…"
