"""What a group agreed on, topic by topic, one column a prompt."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from catalog.outline.method import Prompt
from groups.reviews.review_round import ReviewRound
from readlist_site.base.web.time_filters import full_date
from tests import factories
from tests.groups.reviewing import days, say, show, take, topic_of


def playbook(client, group, query: str = "") -> str:
    response = client.get(f"/groups/{group.pk}/playbook/{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def accept(author, group, reviewer, topic=None, *bodies):
    round = show(author, group, topic, *bodies)
    say(round, reviewer, "approve")
    return round


def test_an_empty_playbook_says_what_will_stand_there(group, ada, signed_in):
    shown = playbook(signed_in(ada), group)
    assert "No accepted summaries yet" in shown
    assert "Export" not in shown


@pytest.mark.every_engine
def test_an_accepted_summary_stands_there_with_all_its_facts(group, ada, jonas, signed_in):
    accept(ada, group, jonas, topic_of(group), "The *knob* $x$", "It fails", "The metric")
    shown = playbook(signed_in(jonas), group)
    for piece in (
        "1 accepted summary · 1 topic", "1. Post-training (SFT, DPO)", "<em>knob</em>", "<math", "Ada Okafor</b>",
        "Based on:", "DPO paper", "Approved by Jonas Lind", "When does it fail?", "See reviews",
    ):  # fmt: skip
        assert piece in shown


def test_who_approved_and_when_is_said_in_full_for_whom_it_is_printed(group, ada, jonas, signed_in):
    """Never "you", and no day without its year."""
    round = show(ada, group, at=days(-3))
    say(round, jonas, "approve", at=days(-2))
    for reader in (ada, jonas):
        shown = playbook(signed_in(reader), group).split('<article class="entry"')[1].split("</article>")[0]
        assert "Approved by Jonas Lind" in shown
        assert f">{strip_tags(full_date(days(-2)))}<" in shown
        assert str(days(-2).year) in strip_tags(full_date(days(-2)))
        assert "You" not in shown


def test_tiers_are_headings_and_the_contents_lead_to_each_topic(group, ada, jonas, signed_in):
    for place in (0, 2):
        accept(ada, group, jonas, topic_of(group, place))
    shown = playbook(signed_in(ada), group)
    contents = shown.split('<nav class="contents ')[1].split("</nav>")[0]
    for place, tier in ((0, "Tier 1 — Core"), (2, "Tier 2 — Judgment")):
        topic = topic_of(group, place)
        assert f'<a href="#topic-{topic.pk}"><bdi>' in contents
        assert f'<h3 id="topic-{topic.pk}" dir="auto">' in shown
        assert f'<a href="#tier-{topic.parent_id}"><bdi>{tier}</bdi></a>' in contents
        assert f'<h2 id="tier-{topic.parent_id}" dir="auto">{tier}</h2>' in shown


@pytest.mark.every_engine
def test_topics_come_in_the_lists_order_whenever_they_were_accepted(group, ada, jonas, signed_in):
    for place in (2, 0, 1):
        accept(ada, group, jonas, topic_of(group, place))
    shown = playbook(signed_in(ada), group).split('<div class="playbook">')[1]
    places = [shown.index(f">{topic_of(group, place).title}<") for place in range(3)]
    assert places == sorted(places)


@pytest.mark.every_engine
def test_a_topic_with_nothing_accepted_is_named_only_while_something_waits(group, ada, jonas, signed_in):
    accept(ada, group, jonas)
    round = show(jonas, group, topic_of(group, 1))
    shown = playbook(signed_in(ada), group)
    assert shown.index("</article>") < shown.index("Topics in review"), "after what is accepted, not between"
    in_review = shown.split('id="in-review"')[1]
    assert "Jonas Lind on" in in_review
    assert "Waiting for a reviewer since" in in_review
    assert topic_of(group, 2).title not in shown
    take(round, ada)
    assert "You’re reviewing this until" in playbook(signed_in(ada), group)
    round.submission.withdraw()
    assert "Topics in review" not in playbook(signed_in(ada), group)


def test_what_waits_beside_accepted_ones_is_not_named(group, ada, jonas, signed_in):
    accept(ada, group, jonas)
    show(jonas, group)
    assert "Waiting for" not in playbook(signed_in(ada), group)


@pytest.mark.every_engine
def test_a_newer_accepted_revision_takes_the_older_ones_place(group, ada, jonas, signed_in):
    topic = topic_of(group)
    accept(ada, group, jonas, topic, "The old knob", "It fails", "The metric")
    newer = show(ada, group, topic, "The new knob", "It fails", "The metric")
    assert "The old knob" in playbook(signed_in(ada), group)
    say(newer, jonas, "approve")
    shown = playbook(signed_in(ada), group)
    assert "The new knob" in shown
    assert "The old knob" not in shown
    assert list(ReviewRound.objects.in_playbook(group)) == [newer]


def test_a_revision_after_acceptance_that_was_taken_back_leaves_what_stands(group, ada, jonas, signed_in):
    accept(ada, group, jonas, topic_of(group), "The old knob", "It fails", "The metric")
    show(ada, group).submission.withdraw()
    assert "The old knob" in playbook(signed_in(jonas), group)


def test_prompts_that_changed_since_are_shown_as_they_were_answered(group, ada, jonas, signed_in):
    accept(ada, group, jonas, topic_of(group), "The knob", "It fails", "The metric")
    knob, fails, metric = group.list.prompts.not_retired()
    knob.text = "Which lever is this?"
    knob.save()
    fails.retired_at = timezone.now()
    fails.save()
    Prompt.objects.create(list=group.list, position=9, text="Who disagrees?")
    shown = playbook(signed_in(ada), group)
    assert '<span dir="auto">Which lever is this?</span>' in shown
    shown = re.sub(r"\s*(<[^>]+>)\s*", r"\1", shown)
    assert '<dt dir="auto" data-state="reworded">What knob does this give me?</dt>' in shown
    assert '<dt dir="auto" data-state="reworded">When does it fail?</dt>' in shown
    assert "It fails" in shown
    assert f'<dt dir="auto">{metric.text}</dt>' in shown
    assert '<dt dir="auto">Who disagrees?</dt><dd><p class="soft">The list didn’t have this prompt then.</p>' in shown


def test_a_playbook_outlives_its_people(group, ada, jonas, tomas, signed_in):
    round = show(ada, group)
    say(round, jonas, "approve")
    say(round, tomas, "approve")
    group.transfer_ownership(tomas)
    for person in (ada, jonas):
        person.delete()
    shown = playbook(signed_in(tomas), group)
    assert '<b dir="auto">A former member</b>' in shown
    assert "Approved by a former member and Tomás Herrera" in shown


@pytest.mark.every_engine
def test_it_can_be_narrowed_to_a_tier_and_to_an_author(group, ada, jonas, signed_in):
    accept(ada, group, jonas, topic_of(group), "Of Ada", "x", "y")
    accept(jonas, group, ada, topic_of(group), "Of Jonas", "x", "y")
    accept(ada, group, jonas, topic_of(group, 2), "Far below", "x", "y")
    client, tier = signed_in(ada), topic_of(group, 2).parent
    shown = playbook(client, group, f"?author={jonas.pk}")
    assert "Of Jonas" in shown
    assert "Of Ada" not in shown
    assert "Jonas Lind · 1 accepted summary · 1 topic" in shown
    assert f'href="/groups/{group.pk}/playbook.md?author={jonas.pk}"' in shown
    shown = playbook(client, group, f"?tier={tier.pk}")
    assert "Far below" in shown
    assert "Of Ada" not in shown
    assert "Tier 2 — Judgment · 1 accepted summary" in shown
    shown = playbook(client, group, f"?tier={tier.pk}&author={jonas.pk}")
    assert "No accepted summaries match" in shown
    assert "Export" not in shown


def test_a_waiting_topic_is_named_under_its_own_tier_and_author_only(group, ada, jonas, signed_in):
    accept(ada, group, jonas, topic_of(group, 1))
    accept(jonas, group, ada, topic_of(group, 2))
    show(jonas, group, topic_of(group))
    client = signed_in(ada)
    assert "Topics in review" in playbook(client, group, f"?tier={topic_of(group).parent.pk}")
    assert "Topics in review" in playbook(client, group, f"?author={jonas.pk}")
    assert "Topics in review" not in playbook(client, group, f"?tier={topic_of(group, 2).parent.pk}")
    assert "Topics in review" not in playbook(client, group, f"?author={ada.pk}")


def test_only_what_something_was_accepted_of_is_offered(group, ada, jonas, signed_in):
    accept(jonas, group, ada)
    accept(ada, group, jonas)
    show(ada, group, topic_of(group, 2))
    group.memberships.create(person=factories.make_user("Tomás Herrera"))
    shown = playbook(signed_in(ada), group)
    assert shown.index(f'<option value="{ada.pk}">Ada Okafor') < shown.index(f'<option value="{jonas.pk}">Jonas Lind')
    assert "Tomás Herrera" not in shown
    assert "Tier 1 — Core" in shown
    assert "<option" in shown
    assert "Tier 2 — Judgment</option>" not in shown


@pytest.mark.parametrize(
    "query", ["?tier=999", "?author=x", "?author=%00", "?tier=none&author=none", "?author=", "?x=1"]
)
def test_a_part_that_is_not_offered_leaves_nothing_out_and_says_so(group, ada, jonas, signed_in, query):
    accept(ada, group, jonas, topic_of(group), "The knob", "x", "y")
    shown = playbook(signed_in(ada), group, query)
    assert "The knob" in shown
    assert ("Choose one of the options." in shown) == (query not in ("?author=", "?x=1"))
    assert f'href="/groups/{group.pk}/playbook.md"' in shown


def test_what_former_members_wrote_can_be_asked_for(group, ada, jonas, signed_in):
    accept(ada, group, jonas, topic_of(group), "Of Ada", "x", "y")
    accept(jonas, group, ada, topic_of(group), "Of Jonas", "x", "y")
    group.transfer_ownership(jonas)
    ada.delete()
    shown = playbook(signed_in(jonas), group, "?author=none")
    assert "Former members · 1 accepted summary" in shown
    assert "Of Ada" in shown
    assert "Of Jonas" not in shown


def test_a_change_of_the_choice_is_answered_with_what_was_found(group, ada, jonas, signed_in):
    accept(ada, group, jonas)
    answer = signed_in(ada).get(f"/groups/{group.pk}/playbook/?author={ada.pk}", headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith('<div id="found">')
    assert "Ada Okafor ·" in answer.content.decode()


def test_other_groups_playbooks_do_not_mix_in(reading_list, group, ada, jonas, signed_in):
    elsewhere = factories.make_group(ada, jonas, reading_list=reading_list, name="Elsewhere")
    accept(ada, elsewhere, jonas)
    assert "No accepted summaries yet" in playbook(signed_in(ada), group)


def test_a_long_playbook_comes_in_pages_of_whole_topics(group, ada, jonas, signed_in, monkeypatch):
    monkeypatch.setattr("groups.playbook.playbook.PAGE", 2)
    topics = [topic_of(group, place) for place in range(3)]
    shown = [accept(ada, group, jonas, topics[0]), accept(jonas, group, ada, topics[0])]
    shown += [accept(ada, group, jonas, topics[1]), accept(ada, group, jonas, topics[2])]
    client = signed_in(ada)

    def on(query: str) -> tuple[set[int], list[str]]:
        page = playbook(client, group, query)
        assert "4 accepted summaries · 3 topics" in page
        assert all(f"#topic-{topic.pk}" in page for topic in topics)  # the contents name those of all pages
        links = re.findall(r'<a href="([^"]+)">(?:Earlier topics|Later topics|Show all pages, to print)', page)
        return {each.submission_id for each in shown if f'id="submission-{each.submission_id}"' in page}, links

    first, second = ({each.submission_id for each in part} for part in (shown[:2], shown[2:]))
    later = f"?from={topics[1].pk}"
    assert on("") == on("?from=12345678") == (first, ["?whole=yes", later])
    assert on(later) == on(f"?from={topics[2].pk}") == (second, ["?whole=yes", f"?from={topics[0].pk}"])
    assert on("?whole=yes") == (first | second, [])
    assert f'href="{later}#topic-{topics[2].pk}"' in playbook(client, group)
    of_ada = playbook(client, group, f"?author={ada.pk}")
    assert f'href="?author={ada.pk}&amp;from={topics[2].pk}"' in of_ada


def test_a_page_whose_first_topic_left_the_playbook_is_the_next_or_the_last(group, ada, jonas, signed_in, monkeypatch):
    monkeypatch.setattr("groups.playbook.playbook.PAGE", 1)
    topics = [topic_of(group, place) for place in range(3)]
    shown = [accept(ada, group, jonas, topic) for topic in topics]

    def on_page_from(topic) -> list[bool]:
        page = playbook(signed_in(ada), group, f"?from={topic.pk}")
        return [f'id="submission-{each.submission_id}"' in page for each in shown]

    shown[1].submission.remove_from_playbook()
    assert on_page_from(topics[1]) == [False, False, True]
    shown[2].submission.remove_from_playbook()
    assert on_page_from(topics[1]) == on_page_from(topics[2]) == [True, False, False]


def test_the_last_page_is_shown_for_a_last_topic_that_left_the_playbook(group, ada, jonas, signed_in, monkeypatch):
    monkeypatch.setattr("groups.playbook.playbook.PAGE", 1)
    topics = [topic_of(group, place) for place in range(3)]
    shown = [accept(ada, group, jonas, topic) for topic in topics]
    shown[2].submission.remove_from_playbook()
    page = playbook(signed_in(ada), group, f"?from={topics[2].pk}")
    assert f'id="submission-{shown[1].submission_id}"' in page


@pytest.mark.soak_only
def test_the_playbook_asks_the_database_the_same_however_much_it_holds(
    group, ada, jonas, signed_in, django_assert_num_queries
):
    accept(ada, group, jonas)
    take(show(jonas, group, topic_of(group, 1)), ada)
    client = signed_in(ada)
    playbook(client, group)
    with CaptureQueriesContext(connection) as few:
        playbook(client, group)
    people = [factories.make_user() for _ in range(10)]
    for person in people:
        group.memberships.create(person=person)
        round = show(person, group)
        say(round, ada, "approve")
        say(round, jonas, "approve")
        show(person, group, topic_of(group, 2))
    with django_assert_num_queries(len(few)):
        assert "11 accepted summaries · 1 topic" in playbook(client, group)
