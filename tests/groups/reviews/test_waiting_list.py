"""What waits in a group, on whom, and since when: what waits for me comes first."""

from groups.reviews.skip import Skip
from groups.reviews.waiting_list import waiting_list
from tests.groups.reviewing import NOW, days, say, show, take, topic_of


def page(client, group) -> str:
    response = client.get(group.get_absolute_url())
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_what_i_hold_comes_first_then_what_i_am_to_revise_then_what_i_may_take(group, ada, jonas, tomas, mei):
    own = show(jonas, group, at=days(-3))
    others = show(ada, group, at=days(-4))
    for reader in (tomas, mei):
        take(others, reader, at=days(-1))
    can_claim = show(tomas, group, topic_of(group, 1), at=days(-2))
    asked = show(jonas, group, topic_of(group, 1), at=days(-2))
    say(asked, ada, "request_changes", "Why?", at=days(-1))
    held = show(ada, group, topic_of(group, 2), at=days(-1))
    take(held, jonas)
    found = waiting_list(group, jonas, 9, now=NOW)
    assert found == [held, asked, can_claim, others, own]
    assert [item.is_for_viewer for item in found] == [True, True, True, False, False]
    assert waiting_list(group, jonas, 2, now=NOW) == [held, asked]


def test_what_i_passed_over_waits_for_others(group, ada, jonas):
    round = show(ada, group)
    assert waiting_list(group, jonas, 9)[0].is_for_viewer
    Skip.objects.skip(round, jonas, Skip.Reason.TIME)
    assert not waiting_list(group, jonas, 9)[0].is_for_viewer


def test_each_row_says_on_whom_it_waits_and_since_when(group, ada, jonas, tomas, signed_in):
    first = show(ada, group, at=days(-2))
    shown = page(signed_in(jonas), group)
    assert "Waits for you" in shown
    assert "Waiting for 2 reviewers since" in shown
    assert "Ada has waited 2 days." in shown
    own = page(signed_in(ada), group)
    assert "Waits for you" not in own
    assert "Waiting for 2 reviewers since" in own
    say(first, tomas, "request_changes", "Why?", at=days(-1))
    assert "Tomás requested changes on revision 1." in page(signed_in(jonas), group)
    own = page(signed_in(ada), group)
    assert own.index("Waits for you") < own.index("Tomás requested changes on revision 1. Submit a new revision.")
    assert "Revise<span" in own


def test_what_waits_stands_before_the_plan(group, ada, jonas, signed_in):
    show(ada, group)
    for person in (ada, jonas):
        shown = page(signed_in(person), group)
        assert (
            shown.index("Waiting for a reviewer since")
            < shown.index("Plan and progress")
            < shown.index("core read, cross-checked")
        )


def test_where_nothing_waits_yet_the_plan_comes_first_and_says_how_to_begin(group, ada, jonas, signed_in):
    shown = page(signed_in(ada), group)
    assert shown.index("Plan and progress") < shown.index("What waits")
    assert "Open a topic to begin" in shown
    say(show(jonas, group), ada, "approve")
    shown = page(signed_in(ada), group)
    assert shown.index("What waits") < shown.index("Plan and progress")
    assert "Open a topic to begin" not in shown
