"""What the demo group would add to the list, and what it finds outdated there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.sources.canonical_url import url_key

from .listed import DATA, POST_TRAINING, TRL

if TYPE_CHECKING:
    from .make import Life


@dataclass(frozen=True)
class Suggested:
    """A source that somebody would add, and who else would read it."""

    by: str
    at: str
    topic: str
    url: str
    title: str
    why: str
    role: str = ""
    voters: tuple[str, ...] = ()


SUGGESTED = (
    Suggested(
        "meiling",
        "5 09:20",
        POST_TRAINING,
        "https://arxiv.org/abs/2310.12036",
        "A General Theoretical Paradigm to Understand Learning from Human Preferences (IPO)",
        "Says why DPO overfits when preferences are nearly deterministic, and what to regularise instead. Nothing here "
        "tells when β stops helping.",
        role="core",
        voters=("jonas", "priya"),
    ),
    Suggested(
        "jonas",
        "2 20:45",
        DATA,
        "https://arxiv.org/abs/2406.11794",
        "DataComp-LM",
        "One fixed recipe, only the data changes: the cleanest measurement of filtering that I know.",
        role="practitioner",
    ),
)
OUTDATED = ("tomas", "1 18:05", TRL, "The arguments moved to DPOConfig; half of what posts say of the trainer is old.")


def suggest(life: "Life") -> None:
    """Put it before the curators, each at its time."""
    for each in SUGGESTED:
        said = {"url": each.url, "title": each.title, "why": each.why, "role": each.role}
        made = Suggestion.objects.suggest(life.topics[each.topic], by=life.people[each.by], **said)
        Suggestion.objects.filter(pk=made.pk).update(at=life.at(each.at))
        for person in each.voters:
            made.vote(life.people[person])
    by, at, url, text = OUTDATED
    source = life.entries[url_key(url)].source
    report = Report.objects.report(source, by=life.people[by], kind=Report.Kind.OUTDATED, text=text)
    Report.objects.filter(pk=report.pk).update(at=life.at(at))
