"""Writing one's summary of a topic, and submitting it to a group."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from catalog.outline.section import Section
from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.reviews.forms.reply import RepliesForm
from groups.reviews.my_submissions import open_rounds
from groups.reviews.reply import CommentReply
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from notes.draft import Draft
from notes.forms import SummaryForm
from notes.notebook import notebooks_for
from readlist_site.base.drafts import Conflict, StaleDraft
from readlist_site.base.drafts.autosave_http import (
    autosave_state,
    conflict_choice,
    conflict_response,
    mark_arrived,
    saved_response,
)


@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor. A POST saves what was typed as a draft, as it is."""
    form = _form(request, pk)
    if not form.is_bound:
        return _editor(request, form)
    if not form.is_valid():
        return _editor(request, form, status=422)
    try:
        form.save_draft(request.user, **autosave_state(request), choice=conflict_choice(request))
    except StaleDraft:
        return _editor(request, form, conflict=form.conflict())
    return mark_arrived(request, redirect("summary", pk=pk))


@require_POST
def summary_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves what stands in the editor while it is being typed, and answers with what the page should know of it."""
    form = _form(request, pk)
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        draft = form.save_draft(request.user, **autosave_state(request))
    except StaleDraft:
        return conflict_response(request, form.conflict(), form="summary", action=reverse("summary", args=[pk]))
    return saved_response(request, draft, otherwise=form.without_draft)


@require_POST
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Freezes what was typed as a revision and shows it to a group. The draft is saved also if that can't be done."""
    form = _form(request, pk, submitting=True)
    choice = SubmitToForm(request.user, form.notebook.topic, request.POST)
    fits = form.is_valid()
    if form.can_be_saved:
        try:
            form.save_draft(request.user, **autosave_state(request))
        except StaleDraft:
            return _editor(request, form, choice, conflict=form.conflict())
    group, status = choice.cleaned_data["group"] if fits and choice.is_valid() else None, 422
    replies = _replies(request, form, group)
    if group and replies.is_valid():
        try:
            shown, new = submit(form, replies, group, request.user)
        except ReasonRequired as unexplained:
            replies.add_error("why", str(unexplained))
        except RuleViolation as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.add_message(request, messages.SUCCESS if new else messages.INFO, _submitted(shown, new))
            return mark_arrived(request, redirect(shown.submission))
    return _editor(request, form, choice, replies, status=status)


def _form(request: HttpRequest, pk: int, *, submitting: bool = False) -> SummaryForm:
    """What this person writes on a topic, with what was typed on the page."""
    topic = get_object_or_404(Section.objects.visible_to(request.user).topics().with_headings_above(), pk=pk)
    notebook = notebooks_for(request.user, [topic])[topic.pk]
    return SummaryForm(notebook, request.POST if request.method == "POST" else None, submitting=submitting)


class ReasonRequired(Exception):
    """Those who read the revision before are not told why it changed."""


@transaction.atomic
def submit(form: SummaryForm, replies: RepliesForm, group: Group, author) -> tuple[ReviewRound, bool]:
    """Freeze, show with what is replied, and let go of the draft: all of it or nothing. The round, and whether it is
    new: a text that the group has already, as after a double click, is not shown again.

    Replies to another group's comments stay in a draft, for when it is shown there."""
    revision, why = form.freeze(author), replies.cleaned_data["why"]
    here = Submission.objects.not_withdrawn().filter(group=group, summary=revision.summary).first()
    there = here and here.rounds.filter(revision=revision).first()
    if here and not there and not why and _was_read(here):
        raise ReasonRequired("Say in a line why it changed.")
    shown, topic = there or Submission.objects.submit(revision, group, why=why), revision.summary.topic
    if not there:
        CommentReply.objects.save_for(shown, replies.replies)
    newer = form.draft and form.draft.finish_submission(revision.number)
    if (left := replies.unsent_replies()) and not newer:
        Draft.save_answers(author, topic, form.answers, form.based_on, extra=left, rendered=form.rendered)
    return shown, there is None


def _was_read(submission: Submission) -> bool:
    """Whether somebody in the group knows an earlier revision. What nobody has touched is replaced, so a second round
    tells of a reader of the first."""
    return submission.rounds.count() > 1 or not submission.current.can_be_replaced


class SubmitToForm(forms.Form):
    """Which of one's groups is to review it. Where there is one, nobody is asked."""

    use_required_attribute = False  # a browser that insists on it would keep the draft from being saved

    group = forms.ModelChoiceField(
        Group.objects.none(),
        label="Submit to",
        empty_label="Choose a group",
        error_messages={"required": "Choose one."},
    )

    def __init__(self, author, topic: Section, data=None) -> None:
        groups = Group.objects.visible_to(author).not_archived().filter(list=topic.list_id)
        self.groups = list(groups)
        if len(self.groups) == 1 and data is not None:
            data = {"group": self.groups[0].pk}
        super().__init__(data)
        self.fields["group"].queryset = groups


def _replies(request: HttpRequest, form: SummaryForm, group: Group | None = None) -> RepliesForm:
    """What is answered to the comments of all groups, as it was typed or kept beside the draft."""
    notebook, data = form.notebook, request.POST if request.method == "POST" else None
    rounds = open_rounds(request.user, notebook.topic) if notebook.revision else []
    kept = notebook.draft.extra if notebook.draft else {}
    return RepliesForm(rounds, [each.pk for each in form.prompts], data, submitting_to=group, initial=kept)


def _editor(
    request: HttpRequest,
    form: SummaryForm,
    choice: SubmitToForm | None = None,
    replies: RepliesForm | None = None,
    conflict: Conflict | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    topic, replies = form.notebook.topic, replies or _replies(request, form)
    context = {
        "topic": topic,
        "form": form,
        "rows": [(answer, replies.rows_about(answer.prompt.pk)) for answer in form.rows()],
        "replies": replies,
        "choice": choice or SubmitToForm(request.user, topic),
        "conflict": conflict,
        "alternatives": form.alternatives(),
        "in_list": True,
    }
    return render(request, "pages/summary.html", context, status=409 if conflict else status)


def _submitted(shown: ReviewRound, new: bool) -> str:
    group, number = shown.submission.group, shown.revision.number
    if not new:
        return f"“{group}” has this text already, as revision {number}. Change it to submit another."
    return f"Revision {number} is submitted to “{group}”."
