"""Applying an edit that a reviewer suggested to one's draft."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from groups.members.exceptions import RuleViolation
from groups.reviews.reply import CommentReply
from groups.reviews.submission import Submission
from groups.reviews.suggested_edit import SuggestedEdit
from groups.reviews.verdict import Verdict
from notes.forms import SummaryForm
from readlist_site.base.drafts import StaleDraft
from readlist_site.base.drafts.autosave_http import autosave_state, mark_arrived
from readlist_site.base.web.form_address import form_on

from .summary import editor, replies_form, summary_form


@form_on("summary")
def apply_suggested_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what is typed in the editor as the draft, with the suggested edit named by the button, and with the reply
    that its comment is addressed. If the words have changed meanwhile, or the edit is gone or clashes with one that is
    applied, what was typed stays on the page with status 409, as after a conflict of two windows."""
    form = summary_form(request, pk)
    if not form.is_valid():
        return editor(request, form, status=422)
    edit = replies_form(request, form).edit(request.POST.get("edit", ""))
    if edit is None:
        form.add_error(None, _("This edit can’t be applied any more: the words or the edit have changed."))
        return editor(request, form, status=409)
    applied = _with_edit(form, edit)
    if not applied.is_valid():
        return editor(request, applied, status=422)
    try:
        _save(request, applied, edit)
    except StaleDraft:
        return editor(request, form, conflict=form.conflict())
    except RuleViolation as refusal:
        form.add_error(None, str(refusal))
        return editor(request, form, status=409)
    messages.success(request, _("The edit is in your draft. Submit a new revision to send it."))
    address = reverse("summary", args=[pk])
    return mark_arrived(request, redirect(f"{address}#comment-{edit.comment.key}"))


def _with_edit(form: SummaryForm, edit: SuggestedEdit) -> SummaryForm:
    """Return the form as if its author had typed the edit and the reply."""
    prompt, key = edit.comment.verdict.answer.prompt_id, edit.comment.key
    return form.retyped(
        {
            f"answer_{prompt}": edit.apply(form.answers[prompt]),
            f"applied_{key}": "yes",
            f"word_{key}": CommentReply.Response.ADDRESSED,
        }
    )


def _save(request: HttpRequest, form: SummaryForm, edit: SuggestedEdit) -> None:
    """Save the draft under the lock of the group. Raises GroupArchived, and RuleViolation if the author has left the
    group, the submission is withdrawn, or the reviewer changed the edit meanwhile; and StaleDraft."""
    submission, verdict = edit.comment.round.submission, edit.comment.verdict
    form.rendered  # noqa: B018  # Slow, so it is done before anything is locked.
    with transaction.atomic():
        submission.group.lock_for(request.user)
        if not Submission.objects.not_withdrawn().filter(pk=submission.pk).exists():
            raise RuleViolation("submission_withdrawn")
        if not Verdict.objects.filter(pk=verdict.pk, suggestion=verdict.suggestion, quote=verdict.quote).exists():
            raise RuleViolation("suggested_edit_changed")
        form.save_draft(request.user, **autosave_state(request))
