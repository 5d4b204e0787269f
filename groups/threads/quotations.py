"""Quotations of a person's posts in the posts and drafts of others, mentions of them, and what stands in their place
once the person has deleted their account and all their texts."""

import re
from collections.abc import Iterator, Mapping

from django.db.models import Q

from groups.members.group import Group
from readlist_site.base.accounts.models import User
from readlist_site.base.text import RENDERER_VERSION, literal, render_stored
from readlist_site.base.text.deleted_text import OMITTED

from .mentions import without_mentions
from .post import Post
from .post_draft import PostDraft
from .post_version import PostVersion
from .thread import Thread

# Consecutive lines of one quotation, as `Post.quotation` makes them and as they are when they are shortened.
_QUOTED = re.compile(r"^>.*(?:\n>.*)*", re.MULTILINE)
# The link with which a quotation begins: see `Post.quotation`. Until it had one, the name stood there alone.
_LINK = re.compile(r"> \[\*\*.*\*\*\]\(/posts/(\d{1,18})/\)\s*")
# A shorter line may be quoted from anybody.
_TELLING = 20
_REPLACEMENT = f"> {OMITTED}"


class Quotations:
    """A person's posts, to be found in the texts of others in the same threads."""

    def __init__(self, author: User) -> None:
        self.author, self.heading = author, f"> **{literal(str(author))}**"
        bodies = dict(Post.objects.filter(author=author).values_list("pk", "body"))
        self.posts = set(bodies)
        earlier = PostVersion.objects.filter(post__author=author).values_list("body", flat=True)
        lines = (line.strip() for body in (*bodies.values(), *earlier) for line in body.splitlines())
        self.lines = {line for line in lines if len(line) >= _TELLING}

    def without(self, text: str) -> str:
        """Return the text with each quotation replaced that names the author, or has a line of theirs."""
        return _QUOTED.sub(self._replaced, text.replace("\r\n", "\n")) if ">" in text else text

    def _replaced(self, found: re.Match) -> str:
        quoted = found[0].split("\n")
        link = _LINK.fullmatch(quoted[0])
        is_theirs = (
            quoted[0].rstrip() == self.heading
            or (link is not None and int(link[1]) in self.posts)
            or any(line.removeprefix(">").strip() in self.lines for line in quoted)
        )
        return _REPLACEMENT if is_theirs else found[0]

    def in_posts(self) -> Iterator[tuple[Post | PostVersion, str]]:
        """Yield the posts of others, and their earlier versions, that have such quotations, or mention the author, each
        with its text without them."""
        groups = Group.objects.filter(Q(memberships__person=self.author) | Q(membership_log__person=self.author))
        for model, to in ((Post, ""), (PostVersion, "post__")):
            quoting = Q(**{f"{to}thread__in": self._threads(), "body__contains": ">"})
            mentioning = Q(**{f"{to}thread__group__in": groups.order_by().values("pk"), "mentions__isnull": False})
            for text in model.objects.filter(quoting | mentioning).exclude(**{f"{to}author": self.author}).iterator():
                handles = {handle for handle, person in (text.mentions or {}).items() if person == self.author.pk}
                body = without_mentions(self.without(text.body), handles, OMITTED)
                if body != text.body:
                    yield text, body

    def erase(self, rendered: Mapping[str, str]) -> None:
        """Replace the quotations and mentions in posts and drafts of others. `rendered`: the HTML of the new texts, as
        far as it is known. Lock the groups first, and call it before the posts themselves are erased."""
        texts = []
        for text, body in self.in_posts():
            html = rendered.get(body) or render_stored(body)
            text.body, text.body_html, text.renderer = body, html, RENDERER_VERSION
            others = {handle: each for handle, each in (text.mentions or {}).items() if each != self.author.pk}
            text.mentions = others
            texts.append(text)
        for model in (Post, PostVersion):
            found = [text for text in texts if isinstance(text, model)]
            model.objects.bulk_update(found, ["body", "body_html", "renderer", "mentions"], batch_size=200)
        threads = self._threads()
        drafts = list(
            PostDraft.objects.filter(Q(thread__in=threads) | Q(post__thread__in=threads)).exclude(author=self.author)
        )
        for draft in drafts:
            draft.typed, draft.alternatives = self._in_all(draft.typed), self._in_all(draft.alternatives)
        PostDraft.objects.bulk_update(drafts, ["typed", "alternatives"], batch_size=200)

    def _threads(self):
        return Thread.objects.filter(posts__author=self.author).order_by().values("pk")

    def _in_all(self, value):
        """Return the value, as JSON has it, with `without` applied to all texts in it."""
        if isinstance(value, dict):
            return {key: self._in_all(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._in_all(each) for each in value]
        return self.without(value) if isinstance(value, str) else value
