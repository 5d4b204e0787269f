"""Replying to a comment on a submission, resolving and reopening it, and deleting a reply."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from groups.members.exceptions import RuleViolation
from groups.reviews.comment_thread import CommentMessage, CommentThread
from groups.reviews.forms.comment_message import CommentMessageForm, CommentMessageForms
from groups.reviews.submission import Submission
from readlist_site.base.sent_forms.sent_form import answered_once, record_sent
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.rate_limit_http import within_limit

from .submission import comment_address, submission_page


def _page(request: HttpRequest, pk: int, key: str) -> str:
    return get_object_or_404(Submission.objects.visible_to(request.user), pk=pk).get_absolute_url()


@form_on(_page)
@answered_once
def reply_to_comment(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Reply under a comment. If the reply is invalid or refused, what was typed stays in the form."""
    thread = visible_thread(request, pk, key)
    form = CommentMessageForm(request.POST, key=key)
    if not form.is_valid() or not within_limit(request, form, "post", "body"):
        return _not_sent(request, thread, form, status=422)
    address = comment_address(thread.round.submission, key, request.POST)
    try:
        with transaction.atomic():
            thread.reply(author=request.user, body=form.cleaned_data["body"], rendered=form.rendered)
            record_sent(request, address)
    except RuleViolation as refusal:
        form.add_error("body", str(refusal))
        return _not_sent(request, thread, form, status=409)
    return redirect(address)


def _not_sent(request: HttpRequest, thread: CommentThread, form: CommentMessageForm, *, status: int) -> HttpResponse:
    """Return the page that the form was on, with the form as it was typed."""
    forms = CommentMessageForms(form)
    return submission_page(request, thread.round.submission_id, key=form.key, reply_forms=forms, status=status)


@form_on(_page)
def resolve_comment(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Mark a comment as resolved."""
    return _changed(request, pk, key, CommentThread.resolve)


@form_on(_page)
def reopen_comment(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Reopen a comment that is resolved."""
    return _changed(request, pk, key, CommentThread.reopen)


def _changed(request: HttpRequest, pk: int, key: str, change: Callable[..., None]) -> HttpResponse:
    thread = visible_thread(request, pk, key)
    is_moderator = thread.round.submission.group.is_moderated_by(request.user)
    if not thread.can_be_resolved_by(request.user, is_moderator=is_moderator):
        raise PermissionDenied
    try:
        change(thread, by=request.user)
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    return redirect(comment_address(thread.round.submission, key, request.POST))


def _page_of_message(request: HttpRequest, pk: int) -> str:
    return visible_message(request, pk).thread.get_absolute_url()


@form_on(_page_of_message)
def delete_comment_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a reply under a comment. Does nothing if it is already deleted."""
    found = visible_message(request, pk)
    is_moderator = found.thread.round.submission.group.is_moderated_by(request.user)
    if found.is_readable and not found.can_be_deleted_by(request.user, is_moderator=is_moderator):
        raise PermissionDenied
    try:
        found.soft_delete(by=request.user)
        messages.success(request, _("The reply is deleted."))
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    return redirect(comment_address(found.thread.round.submission, found.thread.comment_key, request.POST))


def visible_thread(request: HttpRequest, pk: int, key: str) -> CommentThread:
    """Return the thread under a comment that the user may see. Raises Http404 if there is none."""
    submission = get_object_or_404(
        Submission.objects.visible_to(request.user).select_related("group", "summary__author", "summary__topic"), pk=pk
    )
    thread = CommentThread.objects.of_comment(submission, key)
    if thread is None:
        raise Http404
    return thread


def visible_message(request: HttpRequest, pk: int) -> CommentMessage:
    messages_ = CommentMessage.objects.visible_to(request.user)
    related = ("thread__round__revision", "thread__round__submission__group")
    return get_object_or_404(messages_.select_related(*related), pk=pk)
