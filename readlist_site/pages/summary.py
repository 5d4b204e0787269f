"""The editor of one's summary of a topic, and submitting it to a group."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from catalog.lists.reading_list import is_curator
from catalog.outline.section import Section
from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.reviews.forms.reply import RepliesForm, extra_field_names
from groups.reviews.my_submissions import open_rounds
from groups.reviews.reply import CommentReply
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from notes.draft import Draft
from notes.forms import EXTRA_FIELDS, SummaryForm
from notes.notebook import notebook_queries, notebooks_of
from notes.progress import entry_query
from notes.revision import Answer, BasedOn, Revision
from readlist_site.base.drafts import Conflict, StaleDraft
from readlist_site.base.drafts.autosave_http import (
    autosave_state,
    conflict_choice,
    conflict_response,
    mark_arrived,
    saved_response,
)
from readlist_site.base.sent_forms.sent_form import answered_once, record_sent
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.markdown_forms import left_out_of, left_out_of_texts, tell_left_out
from readlist_site.base.web.together import Together, attach

from .header import header_of


@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the editor. A POST saves the draft, even if incomplete; responds with 409 and both texts after a
    conflict."""
    form = summary_form(request, pk)
    if not form.is_bound:
        return editor(request, form)
    if not form.is_valid():
        return editor(request, form, status=422)
    try:
        form.save_draft(request.user, **autosave_state(request), choice=conflict_choice(request))
    except StaleDraft:
        return editor(request, form, conflict=form.conflict())
    return mark_arrived(request, redirect("summary", pk=pk))


@form_on("summary")
def summary_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Autosaves the draft, and responds with JSON; with 422 if the form is invalid, 409 after a conflict."""
    form = summary_form(request, pk)
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        draft = form.save_draft(request.user, **autosave_state(request))
    except StaleDraft:
        return conflict_response(request, form.conflict(), form="summary", action=reverse("summary", args=[pk]))
    return saved_response(request, draft, otherwise=form.without_draft)


@answered_once
@form_on("summary")
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Freezes the text as a revision and submits it to a group. Saves the draft even if that fails."""
    form = summary_form(request, pk, submitting=True)
    choice = SubmitToForm(request, form.notebook.topic, request.POST)
    is_complete, is_chosen = form.is_valid(), choice.is_valid()
    if form.can_be_saved:
        try:
            form.save_draft(request.user, **autosave_state(request))
        except StaleDraft:
            return editor(request, form, choice, conflict=form.conflict())
    group, status = choice.cleaned_data["group"] if is_complete and is_chosen else None, 422
    replies = replies_form(request, form, group)
    if group and replies.is_valid():
        try:
            submitted, is_new = submit(request, form, replies, group)
        except ReasonRequired as error:
            replies.add_error("why", str(error))
        except RuleViolation as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.add_message(
                request, messages.SUCCESS if is_new else messages.INFO, _submitted_message(submitted, is_new)
            )
            tell_left_out(request, [*left_out_of_texts(form.answers.values()), *left_out_of(replies)])
            return mark_arrived(request, redirect(submitted.submission))
    return editor(request, form, choice, replies, status=status)


def summary_form(request: HttpRequest, pk: int, *, submitting: bool = False) -> SummaryForm:
    """Returns the person's form for this topic, bound if it is a POST. Raises Http404 if they can't see the topic."""
    topics, entries, answers, based_on, *rows = _form_rows(person=request.user, pk=pk, drafts=is_curator(request.user))
    if not topics:
        raise Http404
    topic, notebook = topics[0], notebooks_of(topics, entries, *rows)[pk]
    if notebook.revision:
        attach(notebook.revision, "answers", answers)
        attach(notebook.revision, "based_on", based_on)
    if request.method != "POST":
        return SummaryForm(notebook)
    has_extra = notebook.revision and any(map(EXTRA_FIELDS.match, request.POST))
    extra = extra_field_names(request.user, topic) if has_extra else {"why"}
    return SummaryForm(notebook, request.POST, submitting=submitting, extra_fields=extra)


@Together
def _form_rows(person, pk: int, drafts: bool) -> list[QuerySet]:
    """The topic, its entries, the text of the person's latest revision, and their notebook. `drafts`: whether they see
    draft lists."""
    topics = Section.objects.in_shown_lists(drafts=drafts).topics().headings_only().with_headings_above()
    latest = Revision.objects.visible_to(person).filter(summary__topic=pk).order_by("-number").values("pk")[:1]
    return [
        topics.defer("list__preamble", "list__last_imported_method").filter(pk=pk),
        entry_query([pk]),
        Answer.objects.filter(revision=Subquery(latest)).order_by("position"),
        BasedOn.objects.filter(revision=Subquery(latest)).order_by("position"),
        *notebook_queries(person, [pk]),
    ]


class ReasonRequired(Exception):
    """Members who have read an earlier revision must be given a reason for the change."""


@transaction.atomic
def submit(request: HttpRequest, form: SummaryForm, replies: RepliesForm, group: Group) -> tuple[ReviewRound, bool]:
    """Freezes the text, submits it with the replies to comments, and deletes the draft, unless it has private comments
    (see `Draft.finish_submission`), in one transaction. Returns the round, and whether it is new: a text that the group
    has already, as after a double click, isn't submitted again.

    Replies to comments of another group are saved in a new draft, for its submission. Raises ReasonRequired or
    RuleViolation."""
    author = request.user
    revision, why = form.freeze(author), replies.cleaned_data["why"]
    earlier = Submission.objects.not_withdrawn().filter(group=group, summary=revision.summary).first()
    existing = earlier and earlier.rounds.filter(revision=revision).first()
    if earlier and not existing and not why and _was_read(earlier):
        raise ReasonRequired(_("Say in one line what you changed and why."))
    submitted, topic = existing or Submission.objects.submit(revision, group, why=why), revision.summary.topic
    if not existing:
        CommentReply.objects.save_for(submitted, replies.replies)
    unsent = replies.unsent_replies()
    has_draft = form.draft and form.draft.finish_submission(revision.number, extra=unsent)
    if unsent and not has_draft:
        Draft.save_answers(author, topic, form.answers, form.based_on, extra=unsent, rendered=form.rendered)
    record_sent(request, submitted.submission.get_absolute_url())
    return submitted, existing is None


def _was_read(submission: Submission) -> bool:
    """Returns whether a member may have read an earlier revision: one that nobody has begun to review is replaced
    instead."""
    return submission.rounds.count() > 1 or not submission.current.can_be_replaced


class SubmitToForm(forms.Form):
    """The group to submit to; not asked for if there is only one."""

    use_required_attribute = False  # browser validation would prevent saving the draft

    group = forms.TypedChoiceField(
        label=gettext_lazy("Submit to"),
        empty_value=None,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose a group.")),
    )

    def __init__(self, request: HttpRequest, topic: Section, data=None) -> None:
        mine = header_of(request).groups
        self.groups = [each for each in mine if each.list_id == topic.list_id and each.archived_at is None]
        if len(self.groups) == 1 and data is not None:
            data = {"group": self.groups[0].pk}
        super().__init__(data)
        by_key = {str(each.pk): each for each in self.groups}
        self.fields["group"].choices = [("", _("Choose a group")), *by_key.items()]
        self.fields["group"].coerce = by_key.get


def replies_form(request: HttpRequest, form: SummaryForm, group: Group | None = None) -> RepliesForm:
    """Returns the form of replies to the comments of all groups, as submitted or as saved with the draft."""
    notebook, data = form.notebook, request.POST if request.method == "POST" else None
    rounds = open_rounds(request.user, notebook.topic) if notebook.revision else []
    saved = notebook.draft.extra if notebook.draft else {}
    prompts = [prompt.pk for prompt in form.prompts]
    return RepliesForm(rounds, prompts, data, submitting_to=group, answers=form.answers, initial=saved)


def editor(
    request: HttpRequest,
    form: SummaryForm,
    choice: SubmitToForm | None = None,
    replies: RepliesForm | None = None,
    conflict: Conflict | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    topic, replies = form.notebook.topic, replies or replies_form(request, form)
    context = {
        "topic": topic,
        "form": form,
        "rows": [(answer, replies.rows_about(answer.prompt.pk)) for answer in form.rows()],
        "replies": replies,
        "choice": choice or SubmitToForm(request, topic),
        "conflict": conflict,
        "alternatives": form.alternatives(),
        "in_list": True,
    }
    return render(request, "pages/summary.html", context, status=409 if conflict else status)


def _submitted_message(submitted: ReviewRound, is_new: bool) -> str:
    facts = {"group": submitted.submission.group, "number": submitted.revision.number}
    if not is_new:
        message = _("%(group)s already has this text as revision %(number)s. Change it before you submit again.")
    else:
        message = _("You submitted revision %(number)s to %(group)s.")
    return message % facts
