"""Saying how far one is with a source, at one of its places in the list."""

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from catalog.outline.entry import Entry
from notes.notebook import notebooks_for
from notes.reading import Reading, reading_key
from notes.topic_steps import next_step, own_steps
from readlist_site.base.web.htmx import wants_partial


@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets the state whose button was pressed, or takes it back; answers with what changed on the page one is on."""
    entry = get_object_or_404(_places(request.user).by_id_or_kept_duplicate(pk).select_related("topic", "source"))
    state = request.POST.get("state")
    if state not in Reading.State.values:
        raise BadRequest("A source is wanted, being read, read or skipped.")
    Reading.objects.toggle(request.user, entry, state, seen=request.POST.get("seen"))
    here = _here(request, entry)
    if not wants_partial(request):
        return redirect(f"{here}#entry-{entry.pk}")
    return render(request, "notes/reading.html", {"entry": entry, "here": here, **_changed(request.user, entry, here)})


def _places(user) -> QuerySet[Entry]:
    """What stands where one can say how far one is."""
    return Entry.objects.visible_to(user).not_retired().filter(topic__retired_at=None, section__retired_at=None)


def _here(request: HttpRequest, entry: Entry) -> str:
    """The page that the button stands on: one of our own, else the topic's."""
    here = request.POST.get("next", "").partition("#")[0]
    ours = here.startswith("/") and url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    return here if ours else entry.topic.get_absolute_url()


def _changed(user, entry: Entry, here: str) -> dict:
    """What is different now on that page: the choices that share the reading, and on the topic's page the path."""
    notebook = notebooks_for(user, [entry.topic])[entry.topic_id]
    changed = {"reading": notebook.reading(entry), "steps": notebook.steps, "draft": notebook.draft}
    if here == entry.topic.get_absolute_url():
        others = notebook.entries
        changed |= {"path": own_steps(notebook), "next": None if notebook.revision else next_step(notebook)}
    elif here == entry.source.get_absolute_url():
        others = _places(user).filter(source=entry.source)
    else:
        others = []
    return changed | {
        "others": [other for other in others if other != entry and reading_key(other) == reading_key(entry)]
    }
