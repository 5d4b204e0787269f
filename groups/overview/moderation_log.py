"""What was done in a group by those who moderate it, or to its threads, for all its members to read."""

from datetime import datetime

from django.db.models import Q, QuerySet

from groups.members.group import Group
from groups.members.membership_log import MembershipLogEntry
from groups.reports.report import ContentReport
from groups.threads.thread_log import ThreadLogEntry
from readlist_site.base.web.together import Together

from .timeline import Event, TimelinePage, key_of_time, keys_in, merge_events, time_of_key

# The number of events on a page.
PAGE = 30


def moderation_log(group: Group, viewer, before: str | None) -> TimelinePage:
    """Return a page of the log. One statement. The caller checks that the viewer may see the group."""
    keys = keys_in(before, [1, 1, 2])
    (thread,), (membership,), handled = keys
    handled_at, report = time_of_key(handled)
    threads, memberships, reports = _log_rows(
        group=group, viewer=viewer, thread=thread, membership=membership, handled_at=handled_at, report=report
    )
    tables = (
        [Event("thread", each.at, each, (each.pk,)) for each in threads],
        [Event("membership", each.at, each, (each.pk,)) for each in memberships],
        [Event("report", each.decided_at, each, key_of_time(each.decided_at, each.pk)) for each in reports],
    )
    return merge_events(tables, keys, PAGE)


@Together
def _log_rows(group: Group, viewer, thread: int, membership: int, handled_at: datetime, report: int) -> list[QuerySet]:
    entries = ThreadLogEntry.objects.filter(group=group.pk, pk__lt=thread).select_related("thread", "by")
    ended = MembershipLogEntry.objects.visible_to(viewer).filter(group=group.pk, pk__lt=membership)
    older = Q(decided_at__lt=handled_at) | Q(decided_at=handled_at, pk__lt=report)
    reports = ContentReport.objects.decisions().filter(older, group=group.pk, decided_at__lte=handled_at)
    return [
        entries.order_by("-pk")[: PAGE + 1],
        ended.select_related("person", "removed_by").order_by("-pk")[: PAGE + 1],
        reports.select_related("decided_by", "post__thread").order_by("-decided_at", "-pk")[: PAGE + 1],
    ]
