"""Saying how far one is with a source, at one of its places in the list."""

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from catalog.models import Entry
from notes.models import Reading
from notes.models.reading import key_of
from notes.notebook import my_notebook
from notes.path import next_step, own_steps
from readlist_site.web.htmx import wants_partial


@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets the state whose button was pressed, or takes it back; answers with what changed on the page one is on."""
    entry = get_object_or_404(_places(request.user).at_place_of(pk).select_related("topic", "source"))
    state = request.POST.get("state")
    if state not in Reading.State.values:
        raise BadRequest("A source is wanted, being read, read or skipped.")
    Reading.objects.press(request.user, entry, state, seen=request.POST.get("seen"))
    here = _here(request, entry)
    if not wants_partial(request):
        return redirect(f"{here}#entry-{entry.pk}")
    return render(request, "notes/reading.html", {"entry": entry, "here": here, **_changed(request.user, entry, here)})


def _places(user) -> QuerySet[Entry]:
    """What stands where one can say how far one is."""
    return Entry.objects.visible_to(user).standing().filter(topic__retired_at=None, section__retired_at=None)


def _here(request: HttpRequest, entry: Entry) -> str:
    """The page that the button stands on: one of our own, else the topic's."""
    here = request.POST.get("next", "").partition("#")[0]
    ours = here.startswith("/") and url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    return here if ours else entry.topic.get_absolute_url()


def _changed(user, entry: Entry, here: str) -> dict:
    """What is different now on that page: the choices that share the reading, and on the topic's page the path."""
    notebook = my_notebook(user, [entry.topic])[entry.topic_id]
    changed = {"reading": notebook.reading(entry), "steps": notebook.steps, "draft": notebook.draft}
    if here == entry.topic.get_absolute_url():
        others = notebook.entries
        changed |= {"path": own_steps(notebook), "next": None if notebook.revision else next_step(notebook)}
    elif here == entry.source.get_absolute_url():
        others = _places(user).filter(source=entry.source)
    else:
        others = []
    return changed | {"others": [other for other in others if other != entry and key_of(other) == key_of(entry)]}
