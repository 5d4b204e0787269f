"""Two people send the same in one moment: the second is told so on the form, or that it is gone, never of a fault."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from catalog.curation.suggestion import Suggestion, SuggestionVote
from catalog.lists.reading_list import ReadingList
from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.sign_in_limits import MOST_OF_NETWORK
from readlist_site.base.web.conflict_retry import is_conflict
from readlist_site.urls import urlpatterns as ours
from tests import factories
from tests.factories import PASSWORD
from tests.groups.at_once import at_once, while_uncommitted

together = pytest.mark.django_db(transaction=True)
NEW = "free@example.org"
ran = []


def refuses_once(request: HttpRequest) -> HttpResponse:
    """The first time somebody else is quicker."""
    said = [request.POST["body"], request.FILES["list"].read().decode()]
    ran.append(said)
    if len(ran) == 1:
        raise User.DoesNotExist
    return HttpResponse(" ".join(said))


def refuses_always(request: HttpRequest) -> HttpResponse:
    ran.append(request.method)
    raise User.DoesNotExist


urlpatterns = [*ours, path("once/", refuses_once), path("always/", refuses_always)]


@pytest.fixture
def with_faults(settings):
    settings.ROOT_URLCONF = __name__
    ran.clear()


def in_one_moment(people: list[User], send: Callable[[Client], HttpResponse]) -> list[HttpResponse]:
    """What each of them is answered who sends this in the same moment."""
    clients = [Client(raise_request_exception=False) for _ in people]
    for client, person in zip(clients, people, strict=True):
        client.force_login(person)
    return at_once(*(lambda client=client: send(client) for client in clients))


@together
def test_of_many_who_take_one_address_one_has_it_and_the_others_read_that_it_is_taken(db):
    # No more than may have their password looked at at a time from one network.
    people = [factories.make_user(f"Reader {number}") for number in range(MOST_OF_NETWORK)]
    data = {"email": NEW, "password": PASSWORD, "action_add": ""}
    answers = in_one_moment(people, lambda client: client.post("/accounts/email/", data))
    assert sorted(answer.status_code for answer in answers) == [302, *[422] * (len(people) - 1)]
    refused = next(answer for answer in answers if answer.status_code == 422).content.decode()
    assert "This address already has an account." in refused
    assert f'value="{NEW}"' in refused
    assert User.objects.filter(email=NEW).count() == 1


@together
def test_two_administrators_who_give_one_address_to_two_people_in_the_admin(db):
    people = [factories.make_user(f"Reader {number}") for number in range(4)]
    chiefs = [User.objects.create_superuser(f"chief{n}@example.org", PASSWORD, display_name="C") for n in range(4)]
    pages = dict(zip([chief.pk for chief in chiefs], people, strict=True))

    def give(client: Client) -> HttpResponse:
        person = pages[int(client.session["_auth_user_id"])]
        data = {"email": NEW, "display_name": str(person), "time_zone": "UTC", "is_active": "on"}
        return client.post(reverse("admin:accounts_user_change", args=[person.pk]), data)

    answers = in_one_moment(chiefs, give)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
    assert sum("This address already has an account" in answer.content.decode() for answer in answers) == 3


@together
def test_two_curators_who_make_a_list_of_one_name(db):
    factories.make_list()
    curators = [factories.make_curator("Cura Tor"), factories.make_curator("Cora Tur")]
    formsets = {f"{name}-{key}": "0" for name in ("steps", "prompts") for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    data = {"title": "Another", "slug": "another", "status": "draft", **formsets}
    answers = in_one_moment(curators, lambda client: client.post(reverse("admin:catalog_readinglist_add"), data))
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert ReadingList.objects.filter(slug="another").count() == 1


@together
def test_seconding_what_is_taken_back_in_that_moment(signed_in):
    ada, jonas = factories.make_user("Ada"), factories.make_user("Jonas")
    topic = factories.make_list().sections.topics().first()
    for first in ("withdraw", "vote"):
        made = Suggestion.objects.suggest(topic, by=ada, url="https://example.org/x", title="X", why="Why.")
        authors, others = signed_in(ada), signed_in(jonas)
        withdraw = lambda: authors.post(reverse("withdraw_suggestion", args=[made.pk])).status_code  # noqa: B023, E731
        vote = lambda: others.post(reverse("vote_suggestion", args=[made.pk]), {"wanted": "yes"}).status_code  # noqa: B023, E731
        said = while_uncommitted(*((withdraw, vote) if first == "withdraw" else (vote, withdraw)))
        assert set(said) <= {302, 404}, said
        assert not Suggestion.objects.exists()
        assert not SuggestionVote.objects.exists()


def test_what_was_sent_is_read_again_whole(with_faults, ada, signed_in):
    list_file = SimpleUploadedFile("list.md", b"# A list")
    answer = signed_in(ada).post("/once/", {"body": "My text", "list": list_file})
    assert answer.content.decode() == "My text # A list"
    assert ran == [["My text", "# A list"]] * 2


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_fails_each_time_is_a_fault_after_the_second(with_faults, ada, method):
    client = Client(raise_request_exception=False)
    client.force_login(ada)
    assert getattr(client, method)("/always/").status_code == 500
    assert ran == [method.upper()] * 2


@pytest.mark.django_db(transaction=True)
def test_a_constraint_that_no_other_person_can_violate_is_no_coincidence(ada, group):
    with pytest.raises(IntegrityError) as taken:
        User.objects.create(email=ada.email, display_name="Eve")
    with pytest.raises(IntegrityError) as nameless:
        type(group).objects.filter(pk=group.pk).update(name="")
    assert is_conflict(taken.value)
    assert not is_conflict(nameless.value)
    assert not is_conflict(OperationalError("the connection is closed"))
    assert not is_conflict(RuntimeError())
