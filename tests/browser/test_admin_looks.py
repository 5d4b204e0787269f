"""The curators' desk, and the administrators': axe-core finds nothing in our pages that stock Django's don't have."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from catalog.links.link_issue import LinkIssue
from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from groups.reports.report import ContentReport
from readlist_site.base.announcements.announcement import Announcement
from tests.browser import checks
from tests.house.demo import make_demo_world
from tests.house.world import World, make_world
from tests.length import FULL, THEMES, some

# What axe-core 4.11 finds in Django 5.2's own admin, measured on two models of the same make as ours: a list with
# filters, search and fields to edit in place; forms with inlines and fields that complete themselves.
STOCK = {
    "index": set(),
    "changelist": {"label", "label-title-only", "link-in-text-block", "select-name"},
    "change": {
        "aria-input-field-name",
        "empty-table-header",
        "label",
        "label-title-only",
        "link-in-text-block",
        "select-name",
    },
    "delete": {"link-in-text-block"},
    "status": {"link-in-text-block"},
    "ours": set(),
}
STOCK["add"] = STOCK["change"]


@pytest.fixture
def world(transactional_db) -> World:
    world = make_demo_world() if FULL else make_world()
    now = timezone.now()
    Announcement.objects.create(
        text="Upgrade at 18:00", starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
    )
    ContentReport.objects.filter(pk=world.report.pk).update(for_administrators=True)
    if not FULL:
        LinkIssue.objects.raise_issue(
            world.entry.source, kind="elsewhere", note="It moved.", better_url="https://a.org/"
        )
    return world


def desk_of(role: str, world: World) -> Iterator[tuple[str, str]]:
    """The pages of the admin that this person may open, by kind. At less than full length every other one of those that
    the same templates make for each model."""
    request = RequestFactory().get("/")
    request.user = world.people[role]
    yield "index", reverse("admin:index")
    if role == "administrator":
        yield "status", reverse("status")
    for place, (model, desk) in enumerate(admin.site._registry.items()):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        thing = model._default_manager.last()
        if not desk.has_view_permission(request) or (role == "administrator" and model._meta.app_label == "catalog"):
            continue
        pages = [("changelist", reverse(f"{name}_changelist")), ("change", reverse(f"{name}_change", args=[thing.pk]))]
        if desk.has_add_permission(request):
            pages.append(("add", reverse(f"{name}_add")))
        if desk.has_delete_permission(request, thing):
            pages.append(("delete", reverse(f"{name}_delete", args=[thing.pk])))
        yield from some(pages, place, of=2)
        if model is ReadingList:
            entry = Entry.objects.filter(section__list=thing).last()
            yield "ours", reverse(f"{name}_tree", args=[thing.pk])
            yield "ours", reverse(f"{name}_place", args=[thing.pk, f"entry-{entry.pk}"])
            yield "ours", reverse(f"{name}_changes", args=[thing.pk])


@pytest.mark.long
@pytest.mark.soak
@pytest.mark.parametrize("role", ["curator", "administrator"])
def test_the_admin_has_no_faults_but_its_own(role, world, page_for, console):
    # Images of a post are shown to members of its group, not to administrators who handle a report of it.
    console.expect("404 (Not Found)")
    page = page_for(world.people[role])
    beyond = []
    for place, (kind, url) in enumerate(desk_of(role, world)):
        assert page.goto(url).status == 200, url
        for theme in some(THEMES, place, of=2):
            page.emulate_media(color_scheme=theme)
            # Half of the way from one theme to the other no colour is right.
            page.evaluate("for (const change of document.getAnimations()) change.finish()")
            found = checks.violations(page)
            beyond += [f"{url}, {theme}: {rule}: {found[rule]}" for rule in found if rule not in STOCK[kind]]
    assert not beyond, "\n".join(beyond)
