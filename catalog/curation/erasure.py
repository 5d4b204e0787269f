"""What goes of a person's suggestions and reports when they delete their account and all their texts.

What curators have taken into the list is the list's, and stays; so does its history."""

from catalog.links.link_issue import LinkIssue
from readlist_site.base.text.deleted_text import DELETED_TEXT

from .report import Report
from .suggestion import Suggestion


def erase_proposals(person) -> None:
    """Deletes a person's open suggestions, and erases the reasons of the decided ones and the texts of all their
    reports, also where a link issue repeats these."""
    Suggestion.objects.of(person).open().delete()
    Suggestion.objects.of(person).update(why=DELETED_TEXT)
    for report in Report.objects.of(person).exclude(text=""):
        _erase_report(report)


def _erase_report(report: Report) -> None:
    # The issue has the text without the better link that the report adds to it, and perhaps those of others.
    text = report.text.partition("\nBetter: ")[0]
    for issue in LinkIssue.objects.filter(source=report.source_id, note__contains=text):
        # Only as a whole: what others or the check of links wrote may have the same words in it.
        if f"\n{text}\n" in f"\n{issue.note}\n":
            issue.note = f"\n{issue.note}\n".replace(f"\n{text}\n", f"\n{DELETED_TEXT}\n")[1:-1]
            issue.save(update_fields=["note"])
    report.text = ""
    report.save(update_fields=["text"])
