"""Setting the reading state of a source."""

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from catalog.lists.reading_list import is_curator
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from notes.notebook import notebooks_for
from notes.reading import Reading, reading_key
from notes.topic_steps import next_step, own_steps
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.together import Together


def _topic_of(request: HttpRequest, pk: int) -> Section:
    return get_object_or_404(Entry.objects.visible_to(request.user).select_related("topic"), pk=pk).topic


@form_on(_topic_of)
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Toggles the state whose button was pressed; responds with the changed parts of the page. Raises BadRequest for an
    unknown state."""
    (entries,) = _entry_rows(key=pk, drafts=is_curator(request.user))
    if not entries:
        raise Http404
    entry = entries[0]
    state = request.POST.get("state")
    if state not in Reading.State.values:
        raise BadRequest(_("Choose a reading state: Want to read, Reading, Read or Skipped."))
    kept = Reading.objects.toggle(request.user, entry, state, seen=request.POST.get("seen"))
    page_path = _page_path(request, entry)
    if not wants_partial(request):
        is_topic = page_path == entry.topic.get_absolute_url()
        return redirect(entry.url_in_topic if is_topic else f"{page_path}#entry-{entry.pk}")
    return render(
        request,
        "notes/reading.html",
        {"entry": entry, "page_path": page_path, **_changed(request.user, entry, kept, page_path)},
    )


@Together
def _entry_rows(key: int, drafts: bool) -> list[QuerySet]:
    entries = _editable_entries(drafts=drafts).by_id_or_kept_duplicate(key)
    return [entries.select_related("topic", "source").defer("topic__body_html", "topic__source_text")]


def _editable_entries(*, drafts: bool) -> QuerySet[Entry]:
    """Returns the entries whose reading state can be set. `drafts`: whether the person sees draft lists."""
    return Entry.objects.shown(drafts=drafts).not_retired().filter(topic__retired_at=None, section__retired_at=None)


def _page_path(request: HttpRequest, entry: Entry) -> str:
    """Returns the path of the page that the button is on, if it is on this site, else that of the topic."""
    path = request.POST.get("next", "").partition("#")[0]
    is_local = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_local else entry.topic.get_absolute_url()


def _changed(user, entry: Entry, kept: Reading | None, page_path: str) -> dict:
    """Returns the context of what changed on that page: other entries with the same reading and, on the topic's page,
    the steps and the next one."""
    changed, others = {"reading": kept}, []
    if page_path == entry.topic.get_absolute_url():
        notebook = notebooks_for(user, [entry.topic])[entry.topic_id]
        others = notebook.entries
        changed |= {
            "reading": notebook.reading(entry),
            "steps": notebook.steps,
            "draft": notebook.draft,
            "path": own_steps(notebook),
            "next": None if notebook.revision else next_step(notebook),
        }
    elif page_path == entry.source.get_absolute_url():
        others = _editable_entries(drafts=is_curator(user)).filter(source=entry.source)
    return changed | {
        "others": [other for other in others if other != entry and reading_key(other) == reading_key(entry)]
    }
