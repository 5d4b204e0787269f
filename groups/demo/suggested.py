"""The demo group's suggestions for the list, and its report of an outdated entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.canonical_url import url_key
from readlist_site.base.accounts.models import User

from .listed import DATA, POST_TRAINING, TRL


@dataclass(frozen=True)
class Suggested:
    """A suggested source, and who else voted for it."""

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
        "says when β stops helping.",
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
OUTDATED = (
    "tomas",
    "1 18:05",
    TRL,
    "The arguments moved to DPOConfig; half of what posts say about the trainer is out of date.",
)


def suggest(
    topics: Mapping[str, Section],
    entries: Mapping[str, Entry],
    people: Mapping[str, User],
    moment: Callable[[str], datetime],
) -> None:
    """Create the suggestions and the report, dated by `moment`."""
    for each in SUGGESTED:
        said = {"url": each.url, "title": each.title, "why": each.why, "role": each.role}
        made = Suggestion.objects.suggest(topics[each.topic], by=people[each.by], **said)
        Suggestion.objects.filter(pk=made.pk).update(at=moment(each.at))
        for person in each.voters:
            made.vote(people[person])
    by, at, url, text = OUTDATED
    source = entries[url_key(url)].source
    report = Report.objects.report(source, by=people[by], kind=Report.Kind.OUTDATED, text=text)
    Report.objects.filter(pk=report.pk).update(at=moment(at))
