"""Reporting a post, a comment, a reply or a name."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from groups.members.exceptions import RuleViolation
from groups.members.group import GroupArchived
from groups.members.membership import Membership
from groups.reports.forms import ContentReportForm
from groups.reports.handlers import Handlers, who_handles
from groups.reports.report import AlreadyReported, ContentReport
from groups.reports.subject import ReportSubject, of_comment, of_name, of_post, of_reply
from groups.reviews.comment_thread import CommentMessage, CommentThread
from groups.reviews.submission import Submission
from groups.threads.post import Post
from readlist_site.base.sent_forms.sent_form import answered_once, record_sent
from readlist_site.base.web.rate_limit_http import within_limit


@answered_once
def report_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for a report of a post; POST creates it."""
    posts = Post.objects.visible_to(request.user).select_related("author", "thread__group")
    return _page(request, of_post(get_object_or_404(posts, pk=pk)))


@answered_once
def report_comment(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The same for a review's comment on a submission."""
    submissions = Submission.objects.visible_to(request.user).select_related("group", "summary__topic")
    thread = CommentThread.objects.of_comment(get_object_or_404(submissions, pk=pk), key)
    if thread is None:
        raise Http404
    return _page(request, of_comment(thread))


@answered_once
def report_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a reply under a comment."""
    related = ("author", "thread__round__revision", "thread__round__submission__group")
    replies = CommentMessage.objects.visible_to(request.user).select_related(*related)
    return _page(request, of_reply(get_object_or_404(replies, pk=pk)))


@answered_once
def report_name(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for the name of a member."""
    members = Membership.objects.visible_to(request.user).select_related("person", "group")
    return _page(request, of_name(get_object_or_404(members, pk=pk)))


def _page(request: HttpRequest, subject: ReportSubject) -> HttpResponse:
    """Show the form, and create the report on POST. What can't be reported redirects to where it is, and says why."""
    theirs = subject.group.member(subject.person.pk) if subject.person else None
    handlers = who_handles(subject, theirs)
    why_not = _why_not(request, subject, handlers)
    if why_not and request.method != "POST":
        messages.warning(request, why_not)
        return redirect(subject.url)
    form = ContentReportForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid() and within_limit(request, form, "report"):
        try:
            _send(request, subject, form)
        except AlreadyReported:
            form.add_error("reason", _("You already reported this. It will be looked at."))
        except RuleViolation as refusal:
            form.add_error("reason", str(refusal))
            status = 409
        else:
            messages.success(request, _reported(request, handlers))
            return redirect(subject.url)
    mine = ContentReport.objects.made_by(request.user).open().filter(kind=subject.kind, group=subject.group)
    context = {
        "group": subject.group,
        "subject": subject,
        "form": form,
        "theirs": theirs,
        "to_administrators": handlers.are_administrators,
        "is_only_handler": handlers.are_only(request.user),
        "is_of_moderator": bool(theirs and theirs.is_moderator),
        "is_reported": mine.filter(**(subject.columns or {"reported": subject.person})).exists(),
    }
    return render(request, "groups/reports/report.html", context, status=status)


def _reported(request: HttpRequest, handlers: Handlers) -> str:
    if handlers.are_only(request.user):
        return _("Reported. Nobody else gets the report, so you handle it yourself.")
    return _("Reported. You’ll be notified when it is handled.")


def _why_not(request: HttpRequest, subject: ReportSubject, handlers: Handlers) -> str:
    if subject.group.archived_at:
        return str(GroupArchived(subject.group))
    if subject.person == request.user:
        return str(RuleViolation("own_cannot_be_reported"))
    if subject.is_gone:
        return str(RuleViolation("reported_is_gone"))
    return "" if handlers else str(RuleViolation("nobody_handles_report", person=subject.person))


@transaction.atomic
def _send(request: HttpRequest, subject: ReportSubject, form: ContentReportForm) -> None:
    ContentReport.objects.report(subject, by=request.user, **form.cleaned_data)
    record_sent(request, subject.url)
