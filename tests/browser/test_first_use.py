"""What somebody finds who has just come: each page says what will stand on it, and the one thing to do now works."""

import re

import pytest
from playwright.sync_api import Page, expect

from catalog.lists.reading_list import ReadingList
from groups.members.group import Group
from tests import factories
from tests.browser.steps import main_menu, title
from tests.catalog.shipped import import_shipped
from tests.length import WIDTHS, some

GROUP = "Sunday readers"
FIRST_TOPIC = "1. Post-Training LLMs (SFT, DPO, RLHF, preference optimization)"


@pytest.fixture
def newcomer(transactional_db):
    """Signed up just now, where the shipped list stands."""
    import_shipped()
    return factories.make_user("Nia Newcomer")


@pytest.fixture
def group(newcomer):
    """Theirs, and theirs alone."""
    return Group.objects.create_with_owner(newcomer, name=GROUP, list=ReadingList.objects.default())


def says(page: Page, *words: str) -> None:
    for each in words:
        expect(page.get_by_role("main")).to_contain_text(each)


def the_one_thing(page: Page, name: str):
    """The page's primary action, after making sure that no other looks like one."""
    primary = page.get_by_role("main").locator(".button:not(.plain):visible")
    expect(primary).to_have_count(1)
    expect(primary).to_have_text(name)
    return primary


@pytest.mark.soak
@pytest.mark.parametrize("width", some(WIDTHS, 0, of=2))
def test_who_has_no_group_yet(page_for, newcomer, width):
    page = page_for(newcomer, width=width)
    page.goto("/")
    says(
        page,
        "Start with Post-Training LLMs",
        "The topics that you have started appear here",
        "In a group your summaries are",
    )
    the_one_thing(page, "Open topic").click()

    expect(title(page)).to_have_text(FIRST_TOPIC)
    says(
        page,
        "one core source",
        "5–10 lines in your own words",
        "by a study group",
        "Nobody sees your answers before you submit",
    )
    the_one_thing(page, "Read RLHF Book").click()
    expect(title(page)).to_have_text("RLHF Book (Nathan Lambert)")

    main_menu(page, "List")
    says(page, "For each topic: read one core source", "Legend", "core read, cross-checked, summarised")
    page.get_by_role("link", name="How to Use This").click()
    expect(title(page)).to_contain_text("How to Use This")

    main_menu(page, "Groups" if width == 1440 else "Group")
    says(page, "In a group you see each other’s progress", "ask a member of a group")
    the_one_thing(page, "Create group").click()
    says(page, "Two members are enough", "you can invite others with a link")
    page.get_by_label("Name").fill(GROUP)
    the_one_thing(page, "Create group").click()
    expect(title(page)).to_have_text("Members")

    page.get_by_role("link", name=": settings").click()
    says(page, "The members of your groups see it.", "Change password")
    the_one_thing(page, "Save settings").click()
    expect(page.get_by_role("status")).to_contain_text("Settings saved.")


@pytest.mark.soak
@pytest.mark.parametrize("width", some(WIDTHS, 1, of=2))
def test_a_summary_without_a_group_is_kept_and_says_how_to_have_it_reviewed(page_for, newcomer, width):
    page = page_for(newcomer, width=width)
    page.goto("/list/")
    page.get_by_role("link", name="Data as a Lever").click()
    page.get_by_role("link", name="Open editor").click()
    page.get_by_label(factories.PROMPTS[0]).fill("The mixture.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    expect(page.get_by_role("button", name="Submit for review")).to_have_count(0)
    page.get_by_role("link", name="join or create a group").click()
    expect(title(page)).to_have_text("Groups")


ROOMS = [
    ("Overview", GROUP, "You are the only member so far.", "Invite people", "Members"),
    (
        "Reviews",
        "Reviews",
        f"Summaries that members of {GROUP} submit appear here",
        "Choose a topic to summarise",
        "Machine-learning reading list",
    ),
    (
        "Playbook",
        "Playbook",
        f"Summaries that {GROUP} accepts are collected here",
        "Choose a topic to summarise",
        "Machine-learning reading list",
    ),
    ("Threads", "Threads", "Use threads for what doesn’t fit into a summary", "Start thread", "Start a thread"),
    ("Members", "Members", "Create one and send it to the people you want to invite", "Create link", "Members"),
]


@pytest.mark.soak
@pytest.mark.parametrize("width", some(WIDTHS, 1, of=2))
def test_a_group_of_one(page_for, newcomer, group, width):
    page = page_for(newcomer, width=width)
    page.goto("/")
    main_menu(page, GROUP if width == 1440 else "Group")
    for room, heading, words, action, leads_to in ROOMS:
        page.get_by_role("navigation", name=GROUP).get_by_role("link", name=room).click()
        expect(title(page)).to_have_text(heading)
        says(page, words)
        the_one_thing(page, action).click()
        expect(title(page)).to_have_text(leads_to)
        if room != "Members":
            page.go_back()
    expect(page.get_by_label("Works until")).to_have_value(re.compile("/invitations/.+/$"))
