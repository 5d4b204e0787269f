"""The history of a post: its earlier texts, and what each edit changed."""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from groups.threads.post import Post
from groups.threads.post_version import PostVersion
from readlist_site.base.text import Diff, diff
from readlist_site.base.web.pagination import whole_number

from .post import visible_post

# The number of texts on a page.
PAGE = 10


@dataclass(frozen=True)
class ShownText:
    """One text of a post, and the one before it, if that is kept. `number`: how often the post had been edited."""

    number: int
    body_html: str
    written_at: datetime
    before: PostVersion | None = None

    @cached_property
    def change(self) -> Diff | None:
        """The diff to the text before."""
        return diff(self.before.body_html, self.body_html) if self.before else None


@require_safe
def post_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the texts of a post, the newest first, `PAGE` at a time, each with its changes; with `?before=` those before
    the text with this number. Of a deleted post nothing is shown: redirect to its place in the thread."""
    found = visible_post(request, pk)
    if not found.is_readable:
        return redirect(found.page_url())
    before = whole_number(request.GET.get("before"))
    texts = texts_of(found, PostVersion.objects.visible_to(request.user).filter(post=found), before)
    if not texts:
        return redirect("post_history", pk=pk)
    shown, has_earlier = texts[:PAGE], len(texts) > PAGE
    context = {
        "group": found.thread.group,
        "thread": found.thread,
        "post": found,
        "texts": shown,
        "before": before,
        "earlier": shown[-1].number if has_earlier else None,
        "is_incomplete": not has_earlier and shown[-1].number > 0,
    }
    return render(request, "groups/threads/post_history.html", context)


def texts_of(post: Post, versions, before: int | None) -> list[ShownText]:
    """Return the texts of a page, the newest first, and one more if there is one. `before`: see `post_history`; None:
    from the present text on."""
    if before is not None:
        versions = versions.filter(number__lt=before)
    kept = list(versions.order_by("-number")[: PAGE + 1])
    texts = [ShownText(each.number, each.body_html, each.written_at, old) for each, old in zip_longest(kept, kept[1:])]
    if before is None:
        written_at = post.edited_at or post.created_at
        texts.insert(0, ShownText(post.edits, post.body_html, written_at, kept[0] if kept else None))
    return texts
