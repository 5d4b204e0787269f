"""All revisions of one's summary: text, changes, the groups they were submitted to and the outcome."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.lists.reading_list import is_curator
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from groups.reviews.my_submissions import submitted_rounds, submitted_rows
from groups.reviews.reply import CommentReply
from groups.reviews.review_round import ReviewRound
from notes.draft import Draft
from notes.notebook import notebooks_for, notebooks_of
from notes.revision import Revision
from notes.revision_diff import compare_answers
from readlist_site.base.accounts.models import User
from readlist_site.base.drafts import StaleDraft
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.together import Together, answers

from .header import header_rows, set_header


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Lists all revisions and shows one, compared with another: those in the query string, else the last two.

    A retired topic has this page, too, since people wrote about it."""
    user, now = request.user, timezone.now()
    (topics, revisions, drafts), header, rows = answers(
        _history_rows.ask(person=user, pk=pk, drafts=is_curator(user)),
        header_rows.ask(person=user),
        submitted_rows.ask(author=user, topic=Section(pk=pk), now=now),
    )
    if not topics:
        raise Http404
    since, shown = chosen(request, revisions)
    compared = [each for each in (since, shown) if each]
    prefetch_related_objects(compared, "answers", "based_on__source")
    all_versions = versions(revisions, submitted_rounds(user, rows, set_header(request, *header).groups, now))
    context = {
        "topic": topics[0],
        "draft": notebooks_of(topics, [], [], revisions, drafts)[pk].draft,
        "versions": all_versions,
        "reasons": next((each.reasons for each in all_versions if each.revision == shown), []),
        "shown": shown,
        "since": since,
        "text": shown and compare_answers(shown.answers.all(), since.answers.all() if since else None),
        "in_list": True,
    }
    return render(request, "pages/history.html", context)


@Together
def _history_rows(person, pk: int, drafts: bool) -> list[QuerySet]:
    """The topic, and the person's revisions and draft on it. `drafts`: whether they see draft lists."""
    topics = Section.objects.in_shown_lists(drafts=drafts).filter(pk=pk, kind=Section.Kind.TOPIC)
    return [
        topics.headings_only().select_related("list").defer("list__preamble", "list__last_imported_method"),
        Revision.objects.visible_to(person).filter(summary__topic=pk).select_related("summary").order_by("number"),
        Draft.objects.visible_to(person).filter(topic=pk),
    ]


@form_on(lambda request, pk, number: reverse("history", args=[pk]))
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Saves a revision's answers as the draft. If there is a draft that this page hasn't seen, asks first; it is
    archived as an alternative."""
    topic = get_object_or_404(Section.objects.visible_to(request.user).topics().with_headings_above(), pk=pk)
    own_revisions = Revision.objects.visible_to(request.user).filter(summary__topic=topic)
    revision = get_object_or_404(own_revisions, number=number)
    draft = notebooks_for(request.user, [topic])[topic.pk].draft
    current_prompts = Prompt.objects.not_retired().filter(list=topic.list_id)
    try:
        Draft.save_answers(
            request.user,
            topic,
            dict(revision.answers.filter(prompt__in=current_prompts).values_list("prompt", "body")),
            revision.based_on.values_list("source", flat=True),
            extra=draft.extra if draft else None,
            seen=request.POST.get("seen", ""),
            choice="keep",
        )
    except StaleDraft as stale:
        return _ask_first(request, revision, stale.draft, topic)
    restored = _("Your draft now has the text of revision %(number)s. Submit it to make it your latest revision.")
    messages.success(request, restored % {"number": number})
    return redirect("summary", pk=topic.pk)


def _ask_first(request: HttpRequest, revision: Revision, draft: Draft, topic: Section) -> HttpResponse:
    """Renders both texts, prompt by prompt, for the author to choose from, with status 409."""
    frozen = {answer.prompt_id: answer.body_html for answer in revision.answers.all()}
    prompts = Prompt.objects.not_retired().filter(list=topic.list_id)
    context = {
        "topic": topic,
        "revision": revision,
        "draft": draft,
        "drafted": [(prompt, draft.answers_html.get(str(prompt.pk), "")) for prompt in prompts],
        "frozen": [(prompt, frozen.get(prompt.pk, "")) for prompt in prompts],
        "in_list": True,
    }
    return render(request, "pages/restore.html", context, status=409)


@dataclass(frozen=True)
class Version:
    """A revision, with the rounds in which it was submitted to groups, and the reviewers whose suggested edits it has
    (`credited`; None for former members)."""

    revision: Revision
    rounds: list[ReviewRound]
    credited: list[User | None]

    @property
    def reasons(self) -> list[str]:
        """The reasons for the change that its groups were given, without duplicates."""
        return list(dict.fromkeys(each.why for each in reversed(self.rounds) if each.why))


def versions(revisions: Iterable[Revision], rounds: list[ReviewRound]) -> list[Version]:
    """Returns a Version for each revision, the latest first, with its `submitted_rounds` of these."""
    credits = CommentReply.objects.credits(rounds)
    found = []
    for each in sorted(revisions, key=lambda each: each.number, reverse=True):
        here = [round for round in rounds if round.revision_id == each.pk]
        people = [person for round in here for person in credits.get(round.pk, ())]
        found.append(Version(each, here, list(dict.fromkeys(people))))
    return found


def chosen(request: HttpRequest, revisions: list[Revision]) -> tuple[Revision | None, Revision | None]:
    """Returns the revision to compare with (None: no comparison) and the one to show, by the numbers in the query
    string. Raises Http404 for unknown numbers."""
    params = request.GET
    if "to" not in params:
        return (revisions[-2] if revisions[1:] else None), (revisions[-1] if revisions else None)
    by_number = {str(each.number): each for each in revisions}
    try:
        shown = by_number[params["to"]]
        since = by_number[params["from"]] if params.get("from") else None
    except KeyError:
        raise Http404 from None
    return (since if since != shown else None), shown
