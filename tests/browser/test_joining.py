"""From an invitation link to the group's plan, for somebody who has no account yet."""

import pytest
from playwright.sync_api import expect

from groups.members.group import Group
from tests import factories
from tests.groups.reviewing import say, show, topic_of


@pytest.mark.parametrize("javascript", [True, False])
def test_a_newcomer_follows_a_link_into_a_group(page_for, settings, group, ada, javascript, no_sideways_scroll):
    settings.SIGNUP = "invitation"
    owners = page_for(ada, javascript=javascript)
    owners.goto(group.get_absolute_url())
    owners.get_by_role("link", name="Invite").click()
    owners.get_by_role("button", name="Create link").click()
    link = owners.get_by_label("Works until").input_value()

    page = page_for(None, javascript=javascript, width=390)
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada invites you to join Thursday post-training")
    no_sideways_scroll(page)
    page.get_by_role("button", name="Sign up to join").click()
    page.get_by_label("Your name").fill("Priya Raman")
    page.get_by_label("E-mail").fill("priya@example.org")
    page.get_by_label("Password", exact=True).fill("quiet rooms 2026")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()

    page.get_by_label("Hide my reading from this group").check()
    page.get_by_role("button", name="Join group").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thursday post-training")
    expect(page.get_by_role("link", name="Post-training")).to_be_visible()
    assert group.memberships.get(person__display_name="Priya Raman").hides_reading


def test_a_link_is_copied_by_one_press(page_for, group, ada):
    group.invitations.create(invited_by=ada)
    page = page_for(ada)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/groups/{group.pk}/members/")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.get_by_label("Works until").input_value()


@pytest.fixture
def busy(group, ada, jonas):
    """Twelve people, some of whom hide their reading, with something of everything on the page."""
    for number in range(10):
        person = factories.make_user(f"Bartholomew{number} Wolfeschlegelsteinhausen")
        group.memberships.create(person=person, hides_reading=number % 3 == 0)
    round = show(jonas, group)
    for place in group.memberships.all()[2:4]:
        say(round, place.person, "approve")
    show(ada, group, topic_of(group, 1))
    group.invitations.create(invited_by=ada)
    factories.make_group(ada, name="A group with a name that is as long as a name of a group may be, which is eighty")
    return group


@pytest.mark.soak_only
def test_a_busy_groups_pages_are_whole_at_any_width(looking, busy, ada):
    window, own = looking(ada), Group.objects.get(name__startswith="A group")
    for address in (
        busy.get_absolute_url(),
        f"/groups/{busy.pk}/members/",
        f"/groups/{own.pk}/membership/cancel/",
        topic_of(busy).get_absolute_url(),
    ):
        window.visit(address)
    assert window.found_nothing()


@pytest.mark.soak
def test_the_page_of_a_link_that_was_revoked_is_whole(looking, busy, stranger, console):
    console.expect("410")
    link = busy.invitations.get()
    link.revoke()
    window = looking(stranger)
    window.visit(link.get_absolute_url())
    assert window.found_nothing()
