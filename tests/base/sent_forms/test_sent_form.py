"""A form sent again, because its answer was lost or a button was pressed twice, makes one thing and has one answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from groups.members.group import Group
from groups.members.invitation import Invitation
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from readlist_site.base.rate_limits.counter import Counter
from readlist_site.base.sent_forms.models import SentForm
from readlist_site.run.tick import tick
from tests import factories
from tests.groups.at_once import at_once
from tests.groups.reviewing import show, take, topic_of
from tests.house.forms import targets

pytestmark = pytest.mark.django_db

TEXT = "word " * 20


def fill_in(client: Client, page: str, to: str, **typed) -> dict[str, str]:
    """What the form of this page that leads to an address sends, with what is typed into it."""
    html = client.get(page).content.decode()
    fields = next(form.fields for form in targets(html, page) if form.url == to and form.method == "post")
    assert fields["idempotency_key"]
    return fields | typed


@pytest.fixture
def form(group, ada, jonas, signed_in) -> Callable[[str], tuple]:
    """A function: the model of what a form makes, who sends it, its address, and what is sent."""

    def new_group():
        url = reverse("new_group")
        return Group, ada, url, fill_in(signed_in(ada), url, url, name="Friday")

    def invitation():
        url = reverse("invitations", args=[group.pk])
        return Invitation, ada, url, fill_in(signed_in(ada), reverse("members", args=[group.pk]), url, days="7")

    def suggestion():
        url = reverse("suggestions", args=[topic_of(group).pk])
        typed = {"url": "https://example.org/new", "title": "New", "why": "It adds something.", "role": ""}
        return Suggestion, ada, url, fill_in(signed_in(ada), url, url, **typed)

    def report():
        url = reverse("report", args=[topic_of(group).topic_entries.first().source_id])
        return Report, ada, url, fill_in(signed_in(ada), url, url, kind="outdated", text="There is a newer one.")

    def review():
        round = show(ada, group)
        take(round, jonas)
        url = reverse("review", args=[round.submission_id])
        return Review, jonas, url, fill_in(signed_in(jonas), url, url, decision="approve", overall="Good.")

    def revision():
        topic, client = topic_of(group), signed_in(ada)
        page, url = reverse("summary", args=[topic.pk]), reverse("submit", args=[topic.pk])
        typed = {f"answer_{prompt.pk}": TEXT for prompt in topic.list.prompts.not_retired()}
        typed |= {"based_on": topic.topic_entries.first().source_id}
        # Begun and kept before, so that sending it ends a draft that the page has seen.
        client.post(page, typed)
        return ReviewRound, ada, url, fill_in(client, page, url, **typed)

    return lambda name: {each.__name__: each for each in (new_group, invitation, suggestion, report, review, revision)}[
        name
    ]()


FORMS = ["new_group", "invitation", "suggestion", "report", "review", "revision"]


@pytest.mark.parametrize("name", FORMS)
def test_what_is_sent_again_after_its_answer_was_lost_is_answered_the_same(form, signed_in, name):
    made, person, url, sent = form(name)
    before, client = made.objects.count(), signed_in(person)
    answers = [client.post(url, sent) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302] * 3
    assert len({answer.url for answer in answers}) == 1
    assert made.objects.count() == before + 1


def test_another_text_on_a_page_that_was_restored_is_another_thing(form, signed_in):
    _, person, url, sent = form("new_group")
    client = signed_in(person)
    assert client.post(url, sent).url != client.post(url, sent | {"name": "Saturday"}).url
    assert set(Group.objects.values_list("name", flat=True)) >= {"Friday", "Saturday"}


def test_the_same_text_on_a_new_page_is_another_thing(form, signed_in):
    _, person, url, sent = form("invitation")
    client = signed_in(person)
    assert client.post(url, sent).url != client.post(url, form("invitation")[3]).url


def test_nobody_is_answered_with_what_another_person_made(form, signed_in):
    _, person, url, sent = form("new_group")
    signed_in(person).post(url, sent)
    signed_in(factories.make_user("Eve")).post(url, sent)
    assert Group.objects.filter(name="Friday").count() == 2


@pytest.mark.parametrize("key", ["", "x", "\0", "0" * 5000])
def test_a_key_that_is_none_makes_what_is_asked_for(form, signed_in, key):
    _, person, url, sent = form("new_group")
    client = signed_in(person)
    assert {client.post(url, sent | {"idempotency_key": key}).status_code for _ in range(2)} == {302}
    assert not SentForm.objects.exists()


def test_what_could_not_be_made_is_tried_again(form, signed_in):
    _, person, url, sent = form("suggestion")
    client = signed_in(person)
    assert client.post(url, sent | {"why": ""}).status_code == 422
    assert client.post(url, sent).status_code == 302


@pytest.mark.parametrize(("name", "take_back"), [("revision", "withdraw"), ("suggestion", "withdraw_suggestion")])
def test_what_was_taken_back_is_made_anew(form, signed_in, name, take_back):
    made, person, url, sent = form(name)
    client = signed_in(person)
    client.post(url, sent)
    first = made.objects.latest("pk")
    client.post(reverse(take_back, args=[first.submission_id if name == "revision" else first.pk]))
    client.post(url, sent)
    assert made.objects.latest("pk").pk > first.pk


def test_forms_of_last_month_are_forgotten(form, signed_in):
    _, person, url, sent = form("new_group")
    signed_in(person).post(url, sent)
    tick(timezone.now() + timedelta(days=29))
    assert SentForm.objects.exists()
    tick(timezone.now() + timedelta(days=31))
    assert not SentForm.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", FORMS)
def test_two_clicks_in_one_moment_make_one_and_lead_to_it(form, signed_in, name):
    made, person, url, sent = form(name)
    before, clients = made.objects.count(), [signed_in(person) for _ in range(3)]

    def send(client: Client) -> HttpResponse:
        return client.post(url, sent)

    answers = at_once(*(lambda client=client: send(client) for client in clients))
    assert [answer.status_code for answer in answers] == [302] * 3
    assert len({answer.url for answer in answers}) == 1
    assert made.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("most", [1, 5])
def test_two_clicks_in_one_moment_count_once(form, signed_in, settings, most):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"group": (most, 24 * 3600)}
    _, person, url, sent = form("new_group")
    clients = [signed_in(person) for _ in range(2)]
    answers = at_once(*(lambda client=client: client.post(url, sent) for client in clients))
    statuses = sorted(answer.status_code for answer in answers)
    # At the limit, the second is refused as long as what the first creates isn't committed.
    assert statuses == [302, 302] or (most == 1 and statuses == [302, 429])
    assert most == 1 or Counter.objects.get(key__startswith="group:").amount == 1
