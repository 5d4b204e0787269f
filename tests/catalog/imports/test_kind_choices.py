"""A curator chooses kinds and roles of headings in the preview of an import."""

import pytest
from django.test import Client

from catalog.imports.upload import Upload
from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from tests.catalog.imports.test_upload import apply, brought, page_of, run_waiting_jobs

pytestmark = pytest.mark.django_db

# The guess: the course is a tier, the weeks topics, the days shelves.
COURSE = """# Course

## Week 1

### Day 1

- [A](https://a.org/a)

### Day 2

- [B](https://a.org/b)

## Week 2

### Day 1

- [C](https://a.org/c)

### Day 2

- [D](https://a.org/d)

## About

Words.
"""
WEEK_3 = "\n## Week 3\n\n### Day 1\n\n- [E](https://a.org/e)\n"


def kinds() -> dict[str, str]:
    """The kinds of the headings, by title; those of one title are the same."""
    return dict(Section.objects.not_retired().values_list("title", "kind"))


def shown(client: Client, upload: Upload) -> dict[str, str]:
    """The kinds that the preview shows."""
    return {line.title: line.kind for line in client.get(page_of(upload)).context["preview"].tree}


def choose(client: Client, upload: Upload, do: str, **fields: str) -> None:
    assert client.post(page_of(upload, "kinds"), {"do": do, **fields}).status_code == 302
    run_waiting_jobs()


def place(client: Client, upload: Upload, title: str) -> int:
    tree = client.get(page_of(upload)).context["preview"].tree
    return next(line.place for line in tree if line.title == title)


def test_the_tree_is_shown_as_it_would_come_out(desk):
    upload = brought(desk, COURSE)
    tree = desk.get(page_of(upload)).context["preview"].tree
    assert [(line.title, line.depth, line.kind, line.entries) for line in tree[:3]] == [
        ("Course", 0, "tier", 4),
        ("Week 1", 1, "topic", 2),
        ("Day 1", 2, "shelf", 1),
    ]
    apply(desk, upload)
    assert kinds() == {line.title: line.kind for line in tree}


@pytest.mark.parametrize(
    ("do", "becomes"),
    [
        ("level-3-topic", {"Course": "tier", "Week 1": "part", "Day 1": "topic", "About": "page"}),
        ("level-1-topic", {"Course": "topic", "Week 1": "shelf", "Day 1": "shelf", "About": "page"}),
        ("level-2-shelf", {"Course": "topic", "Week 1": "shelf", "Day 2": "shelf"}),
    ],
)
def test_a_level_is_made_one_kind_by_one_button_and_the_rest_follows(do, becomes, desk):
    upload = brought(desk, COURSE)
    choose(desk, upload, do)
    found = shown(desk, upload)
    assert {title: found[title] for title in becomes} == becomes
    apply(desk, upload)
    assert kinds() == found
    assert not Entry.objects.exclude(topic__kind="topic").exists()


def test_the_last_of_two_buttons_that_rule_each_other_out_counts(desk):
    upload = brought(desk, COURSE)
    choose(desk, upload, "level-3-topic")
    choose(desk, upload, "level-2-topic")
    assert shown(desk, upload)["Day 1"] == "shelf"
    choose(desk, upload, "level-3-topic")
    assert shown(desk, upload)["Week 1"] == "part"
    choose(desk, upload, "reset")
    assert shown(desk, upload)["Week 1"] == "topic"


def test_a_role_is_given_to_one_shelf_to_all_of_its_name_or_to_its_level(desk):
    upload = brought(desk, COURSE)
    day = place(desk, upload, "Day 1")
    choose(desk, upload, "save", **{f"role-{day}": "core"})
    assert _roles(desk, upload) == ["core", "", "", ""]
    choose(desk, upload, f"named-{day}", **{f"role-{day}": "core"})
    assert _roles(desk, upload) == ["core", "", "core", ""]
    choose(desk, upload, f"level_of-{day}", **{f"role-{day}": "practitioner"})
    assert _roles(desk, upload) == ["practitioner"] * 4
    apply(desk, upload)
    assert set(Entry.objects.values_list("role", flat=True)) == {"practitioner"}


def test_what_was_chosen_in_another_window_is_seen_before_it_is_applied(desk):
    upload = brought(desk, COURSE)
    page = desk.get(page_of(upload)).context
    shown_here = {"seen": page["preview"].seen, "kinds": page["upload"].chosen_kinds}
    choose(desk, upload, "save", **{f"role-{place(desk, upload, 'Day 1')}": "core"})
    told = desk.post(page_of(upload, "apply"), shown_here, follow=True).content.decode()
    assert "Someone chose other kinds meanwhile." in told
    assert not Entry.objects.exists()
    desk.post(
        page_of(upload, "apply"), shown_here | {"kinds": desk.get(page_of(upload)).context["upload"].chosen_kinds}
    )
    run_waiting_jobs()
    assert Entry.objects.filter(role="core").exists()


def _roles(client: Client, upload: Upload) -> list[str]:
    tree = client.get(page_of(upload)).context["preview"].tree
    return [line.role for line in tree if line.title.startswith("Day")]


def test_what_cannot_be_is_refused_at_the_heading(desk):
    upload = brought(desk, COURSE)
    day = place(desk, upload, "Day 1")
    choose(desk, upload, "save", **{f"kind-{day}": "page"})
    assert "It has entries, so it can’t be a page." in desk.get(page_of(upload)).content.decode()
    assert shown(desk, upload)["Day 1"] == "shelf"
    about = place(desk, upload, "About")
    choose(desk, upload, "save", **{f"kind-{about}": "shelf"})
    assert "A shelf must be under a topic." in desk.get(page_of(upload)).content.decode()


def test_the_next_import_keeps_what_was_chosen_and_guesses_the_rest(desk):
    upload = brought(desk, COURSE)
    choose(desk, upload, "level-3-topic")
    apply(desk, upload)
    again = brought(desk, COURSE.replace("Words.", "More words.") + WEEK_3, to=ReadingList.objects.get())
    found = shown(desk, again)
    assert (found["Day 1"], found["Week 1"], found["Week 3"]) == ("topic", "part", "part")
    apply(desk, again)
    assert kinds() == found
    assert not Entry.objects.exclude(topic__kind="topic").exists()
    other = brought(desk, COURSE + WEEK_3, to=ReadingList.objects.get())
    choose(desk, other, "level-2-topic")
    apply(desk, other)
    assert kinds()["Week 3"] == "topic"
    assert kinds()["Day 1"] == "shelf"


def test_a_choice_is_dropped_where_another_heading_is_at_its_place(desk):
    upload = brought(desk, COURSE)
    choose(desk, upload, "level-3-topic")
    Upload.objects.update(text="# More\n\n" + COURSE)
    desk.post(page_of(upload, "read"))
    run_waiting_jobs()
    assert shown(desk, upload)["Day 1"] == "shelf"
