"""Changing a thread as a whole: its settings, pinning, closing, its answer."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from groups.members.exceptions import RuleViolation
from groups.threads import moderation
from groups.threads.forms.thread import CloseForm, ThreadSettingsForm
from groups.threads.thread import Thread
from groups.threads.thread_subject import key_of
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.pagination import whole_number


def thread_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the title, kind and subject of a thread with the ways to close it, and save them."""
    found = changeable(request, pk)
    form = _settings_form(request, found, request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            moderation.edit_thread(found, request.user, **form.cleaned_data)
            messages.success(request, _("Thread saved."))
            return redirect(found)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            status = 409
    return _settings_page(request, found, form, CloseForm(), status)


@form_on("thread_settings")
def close_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the thread with a reason; with `reopen`, open it again."""
    found = changeable(request, pk)
    if "reopen" in request.POST:
        return done(request, found, lambda: moderation.reopen(found, request.user), _("The thread is open again."))
    form, status = CloseForm(request.POST), 422
    if form.is_valid():
        try:
            moderation.close(found, request.user, **form.cleaned_data)
            messages.success(request, _("The thread is closed."))
            return redirect(found)
        except RuleViolation as refusal:
            form.add_error("reason", str(refusal))
            status = 409
    return _settings_page(request, found, _settings_form(request, found), form, status)


def _settings_form(request: HttpRequest, thread: Thread, data: QueryDict | None = None) -> ThreadSettingsForm:
    initial = {"title": thread.title, "kind": thread.kind, "about": key_of(thread)}
    return ThreadSettingsForm(data, group=thread.group, user=request.user, initial=initial)


def _settings_page(
    request: HttpRequest, thread: Thread, form: ThreadSettingsForm, close_form: CloseForm, status: int
) -> HttpResponse:
    context = {"group": thread.group, "thread": thread, "form": form, "close_form": close_form}
    return render(request, "groups/threads/thread_settings.html", context, status=status)


@form_on("thread")
def pin_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Pin the thread; with `unpin`, unpin it."""
    found = visible(request, pk)
    if not found.group.is_moderated_by(request.user):
        raise PermissionDenied
    is_pinned = "unpin" not in request.POST
    said = _("The thread is pinned.") if is_pinned else _("The thread is no longer pinned.")
    return done(request, found, lambda: moderation.pin(found, request.user, is_pinned=is_pinned), said)


@form_on("thread")
def mark_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the post `post` as the answer to the question; with `undo`, unmark it."""
    found = changeable(request, pk)
    key = whole_number(request.POST.get("post"))
    post = found.posts.not_deleted().filter(pk=key).select_related("author").first() if key else None
    if post is None and "undo" not in request.POST:
        return redirect(found)
    said = _("The post is marked as the answer.") if post else _("No post is marked as the answer any more.")
    return done(request, found, lambda: moderation.mark_answer(found, post, request.user), said)


def done(request: HttpRequest, thread: Thread, change: Callable[[], None], said: str) -> HttpResponse:
    """Carry out a change, say that it is done, or why not, and show the thread."""
    try:
        change()
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(thread)


def visible(request: HttpRequest, pk: int) -> Thread:
    return get_object_or_404(
        Thread.objects.visible_to(request.user).with_subject().select_related("group__list"), pk=pk
    )


def changeable(request: HttpRequest, pk: int) -> Thread:
    """Return the thread. Raises PermissionDenied for members who may not change it."""
    found = visible(request, pk)
    if not moderation.can_change(found, request.user, is_moderator=found.group.is_moderated_by(request.user)):
        raise PermissionDenied
    return found
