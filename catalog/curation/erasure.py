"""What goes of a person's suggestions and reports when they delete their account and all their texts.

What curators have taken into the list is the list's, and stays; so does its history."""

from catalog.links.link_issue import LinkIssue
from readlist_site.base.text.deleted_text import DELETED_TEXT

from .report import Report
from .suggestion import Suggestion


def erase_proposals(person) -> None:
    """Deletes a person's open suggestions, and erases the reasons of the decided ones and the texts and better
    links of all their reports, the texts also where a link issue repeats these."""
    Suggestion.objects.of(person).open().delete()
    Suggestion.objects.of(person).update(why=DELETED_TEXT)
    for report in Report.objects.of(person).exclude(text=""):
        _erase_from_link_issues(report)
    Report.objects.of(person).update(text="", better_url="")


def _erase_from_link_issues(report: Report) -> None:
    # A report that was joined of two, when sources were merged, has the texts of both, and each issue the text of one.
    texts = list(dict.fromkeys(filter(None, [report.text, *report.text.split("\n\n")])))
    # The note of the issue may have the texts of several reports.
    for issue in LinkIssue.objects.filter(source=report.source_id).exclude(note=""):
        note = f"\n{issue.note}\n"
        for text in texts:
            # Only as a whole: what others or the check of links wrote may have the same words in it.
            note = note.replace(f"\n{text}\n", f"\n{DELETED_TEXT}\n")
        if note[1:-1] != issue.note:
            issue.note = note[1:-1]
            issue.save(update_fields=["note"])
