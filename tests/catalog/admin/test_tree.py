"""The page "Arrange": a list in order, moved and labelled in place, with and without JavaScript."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from catalog.curation.change_text import change_text
from catalog.lists.reading_list import ReadingList
from catalog.outline import tree_edits
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from tests import factories
from tests.catalog.admin.test_admin import fields_of
from tests.catalog.shipped import import_both, import_shipped, import_text, queries
from tests.groups.at_once import at_once
from tests.groups.reviewing import revise

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def address(found: ReadingList) -> str:
    return reverse("admin:catalog_readinglist_tree", args=[found.pk])


def act(client, row, do: str, *, seen: int | None = None, headers=None, **values):
    found = tree_edits.list_of(row)
    seen = ReadingList.objects.get(pk=found.pk).version if seen is None else seen
    data = {"row": f"{row._meta.model_name}-{row.pk}", "do": do, "seen": seen} | values
    return client.post(address(found), data, headers=headers)


def entry(title: str) -> Entry:
    return Entry.objects.get(title=title)


def heading(start: str) -> Section:
    return Section.objects.get(title__startswith=start)


def test_it_shows_every_row_with_what_it_is(desk):
    found = import_shipped()
    entry("ZeRO paper").retire()
    page = desk.get(address(found)).content.decode()
    assert len(re.findall(r'id="entry-\d+"', page)) == 65
    assert len(re.findall(r'id="section-\d+"', page)) == found.sections.count()
    assert page.count(">retired<") == 1
    assert f'href="{reverse("admin:catalog_entry_change", args=[entry("ZeRO paper").pk])}"' in page
    assert "core, as above" in page


def test_a_long_list_opens_heading_by_heading(desk):
    found = import_text(
        "".join(
            f"# Topic {n}\n\n" + "".join(f"- [T{n}-{k}](https://a.org/{n}/{k})\n" for k in range(60)) for n in range(50)
        )
    )
    page = desk.get(address(found))
    assert len(page.content) < 600_000
    assert page.content.decode().count('id="entry-') == 0
    topic = heading("Topic 7")
    opened = f"?open=section-{topic.pk}"
    assert f'href="{opened}#section-{topic.pk}"' in page.content.decode()
    assert "Show 60 entries of “Topic 7”" in page.content.decode()
    assert desk.get(address(found) + opened).content.decode().count('id="entry-') == 60
    response = act(desk, entry("T7-3"), "up")
    assert desk.get(response["Location"]).content.decode().count('id="entry-') == 60


@pytest.mark.soak_only
def test_it_asks_as_often_for_ten_times_as_much(desk):
    short, long = (queries(desk, address(each)) for each in import_both())
    assert short == long <= 14


def test_who_may_not_change_the_catalogue_sees_and_moves_nothing(client, signed_in, reading_list, ada):
    viewer = factories.make_user(is_staff=True)
    viewer.user_permissions.add(*Permission.objects.filter(codename__in=["view_readinglist", "change_readinglist"]))
    row = entry("GRPO paper")
    place = reverse("admin:catalog_readinglist_place", args=[reading_list.pk, f"entry-{row.pk}"])
    changes = reverse("admin:catalog_readinglist_changes", args=[reading_list.pk])
    for someone, status in ((client, 302), (signed_in(ada), 302), (signed_in(viewer), 403)):
        for page in (address(reading_list), place, changes):
            assert someone.get(page).status_code == status
        assert act(someone, row, "up").status_code == status
    assert not Change.objects.exists()


def test_looking_changes_nothing(desk, reading_list):
    for page in (address(reading_list), reverse("admin:catalog_readinglist_changes", args=[reading_list.pk])):
        desk.get(f"{page}?row=entry-{entry('GRPO paper').pk}&do=up&seen=0")
    assert (ReadingList.objects.get().version, Change.objects.count()) == (0, 0)


def test_a_row_moves_up_without_javascript_and_keeps_the_focus(desk, reading_list):
    row = entry("GRPO paper")
    response = act(desk, row, "up")
    assert response.url == f"{address(reading_list)}?at=entry-{row.pk}"
    page = desk.get(response.url).content.decode()
    assert "Moved “GRPO paper” from place 2 to place 1 in “Primary sources” of “1. Post-training (SFT, DPO)”." in page
    assert page.index(f'id="entry-{row.pk}"') < page.index(f'id="entry-{entry("DPO paper").pk}"')
    assert re.search(r"aria-label=\"Move “GRPO paper” up\" autofocus", page)


def test_another_place_is_chosen_among_those_that_fit(desk, curator, reading_list):
    row = entry("GRPO paper")
    page = desk.get(reverse("admin:catalog_readinglist_place", args=[reading_list.pk, f"entry-{row.pk}"]))
    offered = {branch.section.title for branch in page.context["places"]}
    assert offered == {
        "1. Post-training (SFT, DPO)",
        "Primary sources",
        "Practitioner insight",
        "2. Efficiency",
        "Refusals",
    }
    assert act(desk, row, "move", to=f"section-{heading('2.').pk}").status_code == 302
    assert list(heading("2.").entries.values_list("title", flat=True)) == [
        "Mixed precision", "Checkpointing", "GRPO paper",
    ]  # fmt: skip
    page = desk.get(reverse("admin:catalog_readinglist_place", args=[reading_list.pk, f"section-{heading('2.').pk}"]))
    offered = {branch.section.title for branch in page.context["places"]}
    assert offered == {"Tier 1 — Core", "Tier 2 — Judgment", "How to use this"}
    missing = reverse("admin:catalog_readinglist_place", args=[reading_list.pk, "entry-0"])
    assert "no longer in the list" in desk.get(missing).content.decode()


def test_with_javascript_the_piece_that_changed_is_answered(desk, reading_list):
    row, there = entry("GRPO paper"), entry("A guide")
    response = act(desk, row, "move", to=f"section-{there.section_id}", before=f"entry-{there.pk}", headers=HTMX)
    answer = response.content.decode()
    assert f'data-version="1" data-under="{there.section_id}" data-before="entry-{there.pk}"' in answer
    assert len(re.findall(r"<li ", answer)) == 1
    assert "practitioner, as above" in answer


def test_a_refusal_stands_beside_its_row(desk, reading_list):
    shelf = heading("Primary")
    for headers in (None, HTMX):
        response = act(desk, shelf, "move", to="", headers=headers)
        assert response.status_code == 422
        assert "A shelf must be under a topic." in response.content.decode()
    page = act(desk, shelf, "move", to="").content.decode()
    assert 'role="alert">A shelf must be under a topic.</span>' in page
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"row": "entry-0"}, {"row": "source-1"}, {"row": "entry-99999999999999999999"}, {"row": ""}, {"seen": "x"},
        {"seen": "9" * 30}, {"do": "fly"}, {"do": "move", "to": ""}, {"do": "move", "to": "entry-1"},
        {"do": "move", "to": "section-0"}, {"kind": "hat", "do": "label"}, {"do": "move", "before": "section-x"},
    ],
)  # fmt: skip
def test_rubbish_is_refused(desk, reading_list, values):
    data = {"row": f"entry-{entry('GRPO paper').pk}", "do": "up", "seen": 0} | values
    assert desk.post(address(reading_list), data).status_code == 422
    assert not Change.objects.exists()


def test_who_looked_at_an_older_list_is_told_what_happened_and_sees_how_it_stands(desk, reading_list):
    jonas = factories.make_user("Jonas Lind")
    tree_edits.move_by(entry("GRPO paper"), -1, by=jonas)
    for headers in (None, HTMX):
        response = act(desk, entry("DPO paper"), "up", seen=0, headers=headers)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Jonas Lind changed this list after you opened it" in page
        assert "The latest change: Moved “GRPO paper”" in page
        assert 'data-version="1"' in page
    assert Change.objects.count() == 1


def test_kinds_and_roles_are_changed_in_place(desk, reading_list):
    assert act(desk, heading("Primary"), "label", kind="shelf", role="optional").status_code == 302
    assert entry("DPO paper").role == "optional"
    assert act(desk, entry("DPO paper"), "label", role="core", kind="tier").status_code == 302
    assert entry("DPO paper").role == "core"
    refused = act(desk, heading("2."), "label", kind="tier", role="")
    assert "It has entries, so it must be a topic" in refused.content.decode()


def test_rows_are_retired_and_brought_back_in_place(desk, reading_list):
    act(desk, entry("A guide"), "retire")
    assert entry("A guide").retired_at
    act(desk, heading("Primary"), "retire_it")
    assert entry("DPO paper").retired_at
    answer = act(desk, entry("DPO paper"), "restore", headers=HTMX).content.decode()
    assert entry("DPO paper").retired_at is heading("Primary").retired_at is None
    assert 'data-said="Restored “DPO paper”."' in answer
    assert answer.count(">retired<") == 2


def test_what_hides_more_than_itself_is_retired_after_a_question(desk, reading_list, ada):
    tier, row = heading("Tier 1"), entry("DPO paper")
    revise(ada, heading("1."))
    for headers in (None, HTMX):
        page = " ".join(act(desk, tier, "retire", headers=headers).content.decode().split())
        assert "This also retires 2 topics and 6 sources." in page
        assert "On topics: 1 summary. On sources: 1 summary." in page
        assert page.count('value="retire_it"') == 1
        page = act(desk, row, "retire", headers=headers).content.decode()
        assert "On sources: 1 summary." in page
    assert heading("Tier 1").retired_at is entry("DPO paper").retired_at is None
    assert not Change.objects.exists()
    act(desk, tier, "retire_it")
    assert heading("Tier 1").retired_at


def test_a_source_added_from_the_tree_stands_last_under_its_heading(desk, reading_list):
    shelf = heading("Primary")
    page = desk.get(f"{reverse('admin:catalog_entry_add')}?section={shelf.pk}").content.decode()
    assert f'<option value="{shelf.pk}" selected>' in page
    data = {"section": shelf.pk, "title": "New", "url": "https://new.example.org/", "why": "", "own_role": ""}
    assert desk.post(reverse("admin:catalog_entry_add"), data).status_code == 302
    in_order = list(Entry.objects.order_by("position").values_list("title", "position"))
    assert in_order[:4] == [("DPO paper", 1), ("GRPO paper", 2), ("New", 3), ("A post from the field", 4)]
    assert (
        change_text(Change.objects.get()) == "Added entry “New” to “Primary sources” of “1. Post-training (SFT, DPO)”"
    )


def test_a_heading_added_from_the_tree_stands_last_under_its_heading(desk, reading_list):
    tier = heading("Tier 1")
    data = {"list": reading_list.pk, "parent": tier.pk, "kind": "topic", "title": "New", "body": "", "role": ""}
    data |= {"entries-TOTAL_FORMS": "0", "entries-INITIAL_FORMS": "0"}
    assert desk.post(reverse("admin:catalog_section_add"), data).status_code == 302
    titles = list(reading_list.sections.order_by("position").values_list("title", flat=True))
    assert titles.index("New") == titles.index("Tier 2 — Judgment") - 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_at_once_the_second_is_told(curator, signed_in):
    reading_list = factories.make_list()
    rows = entry("GRPO paper"), entry("Checkpointing")
    desks = [signed_in(curator), signed_in(factories.make_user("Ann Weber", is_staff=True, is_superuser=True))]
    answers = at_once(
        *(lambda desk=desk, row=row: act(desk, row, "up", seen=0) for desk, row in zip(desks, rows, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert (ReadingList.objects.get(pk=reading_list.pk).version, Change.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_one_entry_at_once_the_second_is_told(curator, signed_in):
    factories.make_list()
    found = entry("GRPO paper")
    url = reverse("admin:catalog_entry_change", args=[found.pk])
    desks = [signed_in(curator), signed_in(factories.make_user("Ann Weber", is_staff=True, is_superuser=True))]
    typed = [fields_of(desk.get(url)) | {"title": f"By desk {at}"} for at, desk in enumerate(desks)]
    answers = at_once(
        *(lambda desk=desk, data=data: desk.post(url, data) for desk, data in zip(desks, typed, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    saved = next(at for at, answer in enumerate(answers) if answer.status_code == 302)
    assert Entry.objects.get(pk=found.pk).title == f"By desk {saved}"
    assert Change.objects.count() == 1
