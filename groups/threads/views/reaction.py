"""Reacting to a post."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from groups.threads.post import Post
from groups.threads.reaction import Reaction, ReactionsOf
from groups.threads.reactions_html import ReactionsHtml
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.htmx import wants_partial


@form_on("post")
def react(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the reaction `kind` to a post; without one, withdraw it. Return the post's reactions for HTMX."""
    visible = Post.objects.visible_to(request.user).select_related("thread__group", "author")
    post = get_object_or_404(visible, pk=pk)
    kind = request.POST.get("kind", "")
    if kind in Reaction.Kind.values:
        Reaction.objects.react(post, request.user, kind)
    else:
        Reaction.objects.withdraw(post, request.user)
    if not wants_partial(request):
        return redirect(post.page_url())
    post = get_object_or_404(visible.annotate(reacted=ReactionsOf()), pk=pk)
    return HttpResponse(ReactionsHtml(post.thread.group, request.user)(post))
