"""Pieces of a page that are rendered once: nothing of one person, one language or one row comes to another."""

import re

import pytest
from django.utils import translation

from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.web import template_pattern
from readlist_site.base.web.template_pattern import fill, mark, number_mark
from tests import factories
from tests.house.world import make_world

TEMPLATE, MARKS = "notes/reading_choice.html", "notes/source_marks.html"


@pytest.fixture(autouse=True)
def cold(monkeypatch):
    monkeypatch.setattr(template_pattern, "_kept", {})


def test_values_are_escaped_and_take_the_places_of_their_marks():
    def context():
        return {"label": mark("label"), "width": number_mark(7)}

    first = fill(MARKS, (), context, {"label": "<b>&", "7": 12})
    second = fill(MARKS, (), context, {"label": "ÄB", "7": 30})
    assert 'aria-label="&lt;b&gt;&amp;"' in first
    assert 'width="12"' in first
    assert first.replace("&lt;b&gt;&amp;", "ÄB").replace("12", "30") == second


def test_each_language_has_its_own():
    kept = []
    for language in ("en-gb", "de", "en-gb"):
        with translation.override(language):
            fill(MARKS, (), lambda: kept.append(1) or {"label": mark("label")}, {"label": "A"})
    assert len(kept) == 2


def said(html: str) -> str:
    return re.sub(
        r'(csrfmiddlewaretoken" value=|idempotency_key" value=|tab_id" value=|X-CSRFToken": )"[^"]*"', "", html
    )


def test_a_warm_page_is_the_cold_one_for_each_role_whoever_warmed_it(db):
    """Pages with such pieces, opened by everybody in turn, then again from the pieces that the others left."""
    world = make_world()
    owner, author = world.people["owner"], world.people["author"]
    other = Thread.objects.start(group=world.group, author=owner, title="Another", body="Mine")
    Post.objects.reply(thread=other, author=author, body="Edited").edit("Edited twice")
    Post.objects.reply(thread=other, author=author, body="Gone").soft_delete(by=owner)
    twin = factories.join(world.group, factories.make_user("Owner"))
    Post.objects.reply(thread=other, author=twin, body="My name is like another's")
    world.group.memberships.filter(person=author).update(hides_reading=True)
    urls = [
        f"/threads/{other.pk}/", f"/threads/{world.thread.pk}/", f"/groups/{world.group.pk}/",
        f"/topics/{world.topic.pk}/", f"/sources/{world.entry.source_id}/", f"/groups/{world.group.pk}/threads/",
        "/", f"/lists/{world.list.slug}/",
    ]  # fmt: skip
    roles = ("owner", "author", "member", "reviewer", "stranger", "anonymous")

    def page(role: str, url: str) -> str:
        # Undone, since who opens a thread has read it.
        with world.undone():
            return said(world.client(role).get(url).content.decode())

    cold = {}
    for url in urls:
        for role in roles:
            template_pattern._kept.clear()
            cold[role, url] = page(role, url)
    warm = {(role, url): page(role, url) for url in urls for role in roles}
    again = {(role, url): page(role, url) for url in reversed(urls) for role in reversed(roles)}
    assert [key for key in cold if cold[key] != warm[key]] == []
    assert [key for key in cold if cold[key] != again[key]] == []
    assert template_pattern._kept
    assert not any("\ue000" in html for html in warm.values())
    # What is kept names nobody, and holds no key of a row.
    kept = "".join(template_pattern._kept.values())
    names = [person.display_name for person in world.people.values()]
    assert [name for name in names if re.search(rf"\b{name}\b", kept)] == []
    assert f'href="/posts/{world.post.pk}/' not in kept
