"""Words of sixty letters in every short text that people type: what a page must have room for."""

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.group import Group
from groups.members.membership_log import MembershipLogEntry
from groups.reviews.review_round import ReviewRound
from groups.reviews.skip import Skip
from groups.threads.thread import Thread
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.notification import Notification

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter"[:60]
assert len(WORD) == 60

# Model, its short texts.
TEXTS = [
    (User, "display_name"),
    (Group, "name"), (Thread, "title"), (ReadingList, "title"), (Section, "title"), (Entry, "title"),
    (Source, "listed_title"), (Suggestion, "title"), (Suggestion, "why"), (Report, "text"),
    (ReviewRound, "why"), (Skip, "explanation"), (Notification, "text"),
]  # fmt: skip


def lengthen() -> None:
    """One long word in each of these columns, in all rows, of which no two are alike in one column."""
    MembershipLogEntry.objects.filter(event="removed").update(why=WORD)
    for model, column in TEXTS:
        rows = list(model.objects.order_by("pk"))
        for place, row in enumerate(rows):
            setattr(row, column, f"{chr(ord('A') + place)}{WORD[1:]}")
        model.objects.bulk_update(rows, [column])
