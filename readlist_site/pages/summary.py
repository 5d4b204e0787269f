"""Writing one's summary of a topic, and submitting it to a group."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import Section
from groups.models import Group, Round, Submission
from groups.own import asked_changes
from groups.refused import Refused
from notes.forms import SummaryForm
from notes.models import Draft
from notes.notebook import my_notebook
from readlist_site.web.htmx import wants_partial


@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor. A POST saves what was typed as a draft, as it is."""
    topic = get_object_or_404(Section.objects.topics().with_headings_above(), pk=pk)
    notebook = my_notebook(request.user, [topic])[topic.pk]
    if request.method != "POST":
        return _editor(request, SummaryForm(notebook))
    form = SummaryForm(notebook, request.POST)
    if saved := form.is_valid():
        form.keep(request.user)
    if wants_partial(request):
        return render(request, "notes/summary_changed.html", {"form": form})
    return redirect("summary", pk=topic.pk) if saved else _editor(request, form)


@require_POST
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Freezes what was typed as a revision and shows it to a group. The draft is saved also if that can't be done."""
    topic = get_object_or_404(Section.objects.topics().with_headings_above(), pk=pk)
    notebook = my_notebook(request.user, [topic])[topic.pk]
    form = SummaryForm(notebook, request.POST, submitting=True)
    choice = GroupForm(request.user, topic, request.POST)
    fits = form.is_valid()
    if form.can_be_kept:
        form.keep(request.user)
    if fits and choice.is_valid():
        group = choice.cleaned_data["group"]
        # Before a new revision takes the place of one that the group has agreed on.
        Round.objects.filter(submission__group=group).settle_due()
        try:
            shown, new = submit(form, choice.cleaned_data["group"], request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.add_message(request, messages.SUCCESS if new else messages.INFO, _submitted(shown, new))
            return redirect(shown.submission)
    return _editor(request, form, choice)


@transaction.atomic
def submit(form: SummaryForm, group: Group, author) -> tuple[Round, bool]:
    """Freeze, show, and let go of the draft: all of it or nothing. The round, and whether it is new: a text that the
    group has already, as after a double click, is not shown again."""
    revision = form.freeze(author)
    open_here = Submission.objects.filter(group=group, summary=revision.summary, withdrawn_at=None)
    there = Round.objects.filter(submission__in=open_here, revision=revision).first()
    shown = there or Submission.objects.submit(revision, group)
    Draft.objects.visible_to(author).filter(topic=revision.summary.topic).delete()
    return shown, there is None


class GroupForm(forms.Form):
    """Which of one's groups is to review it. Where there is one, nobody is asked."""

    use_required_attribute = False  # a browser that insists on it would keep the draft from being saved

    group = forms.ModelChoiceField(
        Group.objects.none(),
        label="Submit to",
        empty_label="Choose a group",
        error_messages={"required": "Choose one."},
    )

    def __init__(self, author, topic: Section, data=None) -> None:
        groups = Group.objects.visible_to(author).filter(list=topic.list_id)
        self.groups = list(groups)
        if len(self.groups) == 1 and data is not None:
            data = {"group": self.groups[0].pk}
        super().__init__(data)
        self.fields["group"].queryset = groups


def _editor(request: HttpRequest, form: SummaryForm, choice: GroupForm | None = None) -> HttpResponse:
    topic = form.notebook.topic
    asked = asked_changes(request.user, topic) if form.notebook.revision else None
    said = {passage.answer.prompt_id: passage.said for passage in asked.passages} if asked else {}
    context = {
        "topic": topic,
        "form": form,
        "rows": [(answer, said.get(answer.prompt.pk, [])) for answer in form.rows()],
        "asked": asked,
        "choice": choice or GroupForm(request.user, topic),
        "in_list": True,
    }
    return render(request, "pages/summary.html", context)


def _submitted(shown: Round, new: bool) -> str:
    group, number = shown.submission.group, shown.revision.number
    if not new:
        return f"“{group}” has this text already, as revision {number}. Change it to submit another."
    waits = {
        0: "nobody else is there to review it yet",
        1: "it waits for one reviewer",
        2: "it waits for two reviewers",
    }
    return f"Revision {number} is submitted to “{group}”: {waits[shown.wanted]}."
