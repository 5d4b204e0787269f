from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from .models import Post, Reading, Source, Thread

STATES = ("want", "reading", "read", "skipped")


@login_required
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Thread.objects.only("title"), pk=pk)
    posts = Post.objects.filter(thread=shown).select_related("author").order_by("-pk")
    posts = posts.only("body_html", "created_at", "author__display_name")
    return render(request, "floor_thread.html", {"thread": shown, "posts": list(posts[:50])[::-1]})


@login_required
def threads(request: HttpRequest, pk: int) -> HttpResponse:
    shown = Thread.objects.filter(group_id=pk).select_related("last_author").order_by("-last_post_id")
    shown = shown.only("title", "count", "last_at", "last_author__display_name")
    return render(request, "floor_threads.html", {"threads": list(shown[:30])})


@login_required
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    sources = list(Source.objects.filter(topic_id=pk).order_by("position"))
    readings = Reading.objects.filter(person=request.user, source__topic_id=pk)
    mine = dict(readings.values_list("source_id", "state"))
    for each in sources:
        each.state = mine.get(each.pk, "")
    return render(request, "floor_topic.html", {"sources": sources, "states": STATES})


@login_required
@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    source = get_object_or_404(Source.objects.only("title"), pk=pk)
    state = request.POST["state"]
    if not Reading.objects.filter(person=request.user, source=source).update(state=state):
        Reading.objects.create(person=request.user, source=source, state=state)
    source.state = state
    return render(request, "floor_source.html", {"source": source, "states": STATES})
