"""A topic's page: its shelves, what each source is, and whether its link can be trusted."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from catalog.curation.accept_suggestion import accept_suggestion
from catalog.curation.suggestion import Suggestion
from catalog.links.link_issue import LinkIssue
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from groups.leaving.archive import archive_group
from groups.leaving.leave import leave_group
from readlist_site.base.notifications.notification import Notification
from tests import factories
from tests.catalog.shipped import import_both, import_shipped, import_text, queries
from tests.groups.reviewing import say, show, topic_of

pytestmark = pytest.mark.django_db


def page_of(client, title: str) -> str:
    return client.get(Section.objects.get(title__startswith=title).get_absolute_url()).text


def test_a_topic_says_where_it_stands_and_what_is_next(client):
    import_shipped()
    page = page_of(client, "3.")
    assert '<h1 dir="auto">3. Evaluation, Metrics, and Model Debugging</h1>' in page
    assert "This is the <strong>highest ROI area</strong>." in page
    assert "Tier 1 — Non-Negotiable Core</a>" in page
    assert "2. Training Dynamics &amp; Optimization at Scale</bdi></a>" in page
    assert "4. Data as a Lever (Filtering, Mixing, Curriculum)</bdi></a>" in page


def test_the_first_topic_has_none_before_and_the_last_none_after(client):
    import_shipped()
    assert 'rel="prev"' not in page_of(client, "1.")
    assert 'rel="next"' not in page_of(client, "Compute Constraints")


def test_a_topic_of_a_thousand_sources_is_read_part_by_part(client):
    import_text("# Topic\n\n" + "".join(f"- [T{n}](https://a.org/{n})\n" for n in range(1000)))
    page, last = page_of(client, "Topic"), Entry.objects.get(title="T150")
    assert page.count('id="entry-') == 100
    assert f'rel="next" href="?from={Entry.objects.get(title="T100").pk}#shelf-1"' in page
    address = last.topic.get_absolute_url()
    page = client.get(f"{address}?from={last.pk}").text
    assert page.count('id="entry-') == 100
    assert f'id="entry-{last.pk}"' in page
    assert f'rel="prev" href="?from={Entry.objects.get(title="T0").pk}#shelf-1"' in page


def test_links_to_an_entry_of_a_long_shelf_open_the_part_that_has_it(signed_in, ada):
    import_text("# Topic\n\n" + "".join(f"- [T{n}](https://a.org/{n})\n" for n in range(150)))
    client, entry = signed_in(ada), Entry.objects.get(title="T149")
    made = Suggestion.objects.suggest(entry.topic, by=factories.make_user(), url="https://b.org", title="B", why="Why.")
    made.vote(ada)
    curator = factories.make_curator()
    accept_suggestion(made, by=curator, section=entry.topic, title="B", url="https://b.org", why="Why.")
    found = {
        "reading without JavaScript": (entry, client.post(reverse("reading", args=[entry.pk]), {"state": "read"}).url),
        "source": (
            entry,
            re.search(r'href="([^"]*#entry-[^"]*)"', client.get(entry.source.get_absolute_url()).text)[1],
        ),
        "notification": (Entry.objects.get(title="B"), Notification.objects.get(person=ada).url),
    }
    for place, (meant, url) in found.items():
        page, fragment = client.get(url).text, url.partition("#")[2]
        assert fragment == f"entry-{meant.pk}", place
        assert f'id="{fragment}"' in page, place


def test_a_source_is_shown_as_listed_with_what_it_really_is(client):
    import_shipped()
    page = page_of(client, "1.")
    assert (
        '<a href="https://arxiv.org/abs/2305.18290" rel="noreferrer">DPO paper (Direct Preference Optimization)</a>'
        in page
    )
    assert "<cite>Direct Preference Optimization: Your Language Model is Secretly a Reward Model</cite>" in page
    assert "Rafailov and 5 others, 2023, NeurIPS" in page
    assert "You must understand <em>why</em> DPO works" in page
    assert "Core sources: read one" not in page  # its curators say: read all


def test_a_wrong_link_is_marked_with_what_it_shows_and_a_better_one(client):
    import_shipped()
    page = page_of(client, "4.")
    assert page.count("<b>Link leads elsewhere.</b>") == 3
    assert "The paper is about sparse mixture-of-experts models, not about selecting data." in page
    assert 'href="https://arxiv.org/abs/2402.16827"' in page
    assert "ST-MoE" not in page


def test_a_link_that_nobody_could_confirm_is_marked_quietly(client):
    import_shipped()
    page = page_of(client, "3.")
    assert page.count('data-link-issue="unconfirmed"') == 3
    assert "No page could be confirmed at this address." in page
    LinkIssue.objects.filter(kind="unconfirmed").update(note="")
    assert "Unconfirmed link." in page_of(client, "3.")


def test_a_link_that_leads_there_can_have_a_newer_address(client):
    import_shipped()
    assert 'New address: <a href="https://docs.pytorch.org/docs/stable/checkpoint.html"' in page_of(client, "6.")


def test_only_topics_have_a_topic_page(client):
    import_shipped()
    for kind in ("tier", "part", "shelf", "page"):
        assert client.get(f"/topics/{Section.objects.filter(kind=kind).first().pk}/").status_code == 404


def test_a_visitor_is_told_the_method(client):
    import_shipped()
    page = page_of(client, "6.")
    assert "Cross-check intuition with one practitioner source" in page
    assert "What metric does it affect?" in page


@pytest.mark.parametrize("member", [False, True])
@pytest.mark.soak_only
def test_the_page_takes_as_many_queries_for_a_list_ten_times_as_long(member):
    counts = []
    for reading_list in import_both():
        client = Client()
        if member:
            person = factories.make_user()
            factories.make_group(person, factories.make_user(), reading_list=reading_list)
            client.force_login(person)
        topic = reading_list.sections.topics().filter(title__startswith="3.").first()
        counts.append(queries(client, topic.get_absolute_url()))
    assert counts[0] == counts[1]


@pytest.mark.soak_only
def test_a_topic_with_ten_times_the_sources_takes_as_many_queries():
    reading_list = import_shipped()
    topic = Section.objects.get(title__startswith="6.")
    before = queries(Client(), topic.get_absolute_url())
    for _ in range(20):
        factories.make_entry(topic, "Another")
    assert queries(Client(), topic.get_absolute_url()) == before
    assert reading_list == topic.list


def test_sources_stand_on_the_page_however_deep_their_heading(client):
    import_text(
        "# Tier\n\n## Topic\n\n- [A](https://a.org)\n\n### B\n\n#### C\n\n##### D\n\n###### E\n\n- [F](https://f.org)\n"
    )
    html = client.get(Entry.objects.get(title="F").topic.get_absolute_url()).content.decode()
    assert "https://f.org" in html


@pytest.mark.parametrize("how", ["left", "archived"])
def test_after_a_group_was_left_or_archived_no_page_says_in_review(how, signed_in, group, ada, jonas):
    show(jonas, group)
    client, topic = signed_in(jonas), topic_of(group)
    pages = [topic.get_absolute_url(), f"/lists/{group.list.slug}/"]
    assert all("in review" in client.get(page).content.decode().lower() for page in pages)
    if how == "left":
        leave_group(group.membership_of(jonas))
    else:
        archive_group(group, by=ada)
    assert not any("in review" in client.get(page).content.decode().lower() for page in pages)
    assert "No group is reviewing revision 1." in client.get("/").content.decode()


def test_what_was_accepted_before_one_left_the_group_stays_accepted(signed_in, group, ada, jonas):
    say(show(jonas, group), ada, "approve")
    leave_group(group.membership_of(jonas))
    assert "Accepted" in signed_in(jonas).get(f"/lists/{group.list.slug}/").content.decode()
