"""The reports of a group: those that a moderator has to handle, and one's own; and handling one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.reports.forms import HandleReportForm
from groups.reports.report import AlreadyHandled, ContentReport
from readlist_site.base.web.pagination import paginate_by_key, whole_number

# The number of reports on a page, in each list.
PAGE = 30


@require_safe
def group_reports(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a member their own reports in a group, and a moderator, before, those to handle: one for each thing."""
    group = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    before, mine_before = whole_number(request.GET.get("before")), whole_number(request.GET.get("mine"))
    here = ContentReport.objects.filter(group=group).with_subject()
    queue = here.moderated_by(request.user).first_of_each()
    is_moderator = group.has_moderator(request.user)
    context = {
        "group": group,
        "is_moderator": is_moderator,
        "queue": paginate_by_key(queue, size=PAGE, before=before) if is_moderator else None,
        "mine": paginate_by_key(here.made_by(request.user), size=PAGE, before=mine_before),
        "before": before,
        "mine_before": mine_before,
    }
    return render(request, "groups/reports/report_list.html", context)


def handle_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report, with others about the same thing, and the ways to handle it; POST handles them all. A report that
    is handled redirects to the group's reports."""
    report = get_object_or_404(ContentReport.objects.moderated_by(request.user).with_subject(), pk=pk)
    subject, reports = report.subject, list(report.of_same_thing.select_related("by"))
    if not reports:
        messages.info(request, _("This report is already handled."))
        return redirect("group_reports", report.group_id)
    data = request.POST if request.method == "POST" else None
    form = HandleReportForm(data, outcomes=report.outcomes_for(request.user), subject=subject)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            report.handle(by=request.user, **form.cleaned_data)
        except AlreadyHandled:
            messages.info(request, _("This report is already handled."))
            return redirect("group_reports", report.group_id)
        except RuleViolation as refusal:
            form.add_error("outcome", str(refusal))
            status = 409
        else:
            messages.success(request, _("The report is handled."))
            return redirect("group_reports", report.group_id)
    context = {"group": report.group, "subject": subject, "reports": reports, "form": form}
    return render(request, "groups/reports/handle_report.html", context, status=status)
