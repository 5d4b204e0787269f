"""What waits in a group, on whom, and since when: what waits for me comes first."""

from groups.reviews.review_queue import queued_rounds
from groups.reviews.skip import Skip
from groups.reviews.waiting_list import first_waiting
from tests.groups.reviewing import NOW, days, say, show, take, topic_of


def waiting_list(group, viewer, limit):
    waiting = queued_rounds(viewer, NOW, groups=[group.pk])
    return first_waiting(waiting, viewer, limit, at_limit=False, now=NOW)


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
    found = waiting_list(group, jonas, 9)
    assert found == [held, asked, can_claim, others, own]
    assert [item.is_for_viewer for item in found] == [True, True, True, False, False]
    assert waiting_list(group, jonas, 2) == [held, asked]


def test_what_i_passed_over_waits_for_others(group, ada, jonas):
    round = show(ada, group)
    assert waiting_list(group, jonas, 9)[0].is_for_viewer
    Skip.objects.skip(round, jonas, Skip.Reason.TIME)
    assert not waiting_list(group, jonas, 9)[0].is_for_viewer


def test_each_row_says_on_whom_it_waits_and_since_when(group, ada, jonas, tomas, mei, signed_in):
    first = show(ada, group, at=days(-2))
    shown = page(signed_in(jonas), group)
    assert "For you" in shown
    assert "Waiting for 2 reviewers since" in shown
    assert "Ada has waited" not in shown, "the status says since when"
    own = page(signed_in(ada), group)
    assert "For you" not in own
    assert "Waiting for 2 reviewers since" in own
    say(first, tomas, "request_changes", "Why?", at=days(-1))
    assert "Tomás requested changes on revision 1." in page(signed_in(jonas), group)
    own = page(signed_in(ada), group)
    assert (
        own.index("For you") < own.index("Tomás requested changes on revision 1.") < own.index("Submit a new revision.")
    )
    assert "Revise<span" in own
    taken = show(mei, group, topic_of(group, 1), at=days(-2))
    take(taken, tomas, at=days(-1))
    assert "Mei-Ling has waited 2 days." in page(signed_in(jonas), group)


def test_what_i_can_do_stands_before_the_progress_and_the_rest_after_it(group, ada, jonas, signed_in):
    accepted = show(jonas, group)
    say(accepted, ada, "approve")
    show(ada, group, topic_of(group, 1))
    shown = page(signed_in(jonas), group)
    for words in ("Progress", "Recently accepted"):
        assert shown.index("Waiting for a reviewer since") < shown.index(f">{words}<")
    shown = page(signed_in(ada), group)
    for words in ("Waiting for a reviewer since", ">Recently accepted<"):
        assert shown.index(">Progress<") < shown.index(words)


def test_for_me_is_nothing_that_i_can_not_do_now(group, ada, jonas, tomas, signed_in):
    authors = enumerate((ada, ada, tomas))
    rounds = [show(author, group, topic_of(group, number), at=days(-1)) for number, author in authors]
    assert ">For you<" in page(signed_in(jonas), group)
    for round in rounds[:2]:
        take(round, jonas, at=NOW)
    mine = page(signed_in(jonas), group).split(">For you<")[1].split(">Progress<")[0]
    assert mine.count("You’re reviewing this until") == 2, "once in each row"
    assert mine.count("<li>") == 2, "the third can't be claimed before one of these is finished"


def test_where_nothing_was_begun_the_progress_says_how_to_begin(group, ada, jonas, signed_in):
    assert "Open a topic to start" in page(signed_in(ada), group)
    say(show(jonas, group), ada, "approve")
    assert "Open a topic to start" not in page(signed_in(ada), group)
