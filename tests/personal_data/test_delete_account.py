"""The page on which one deletes one's account, and the notice on all others until then."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from readlist_site.base.accounts.account_deletion import GRACE, AccountDeletion
from readlist_site.base.accounts.models import User
from tests import factories
from tests.factories import PASSWORD
from tests.personal_data.conftest import MARK

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PAGE = "/settings/deletion/"


def words(response) -> str:
    return " ".join(response.content.decode().split())


def make_administrator(person: User) -> User:
    User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    return User.objects.get(pk=person.pk)


def test_it_is_reached_from_the_settings_and_says_what_goes_and_what_stays(writer, signed_in):
    client = signed_in(writer.person)
    assertContains(client.get("/settings/"), f'href="{PAGE}"')
    page = words(client.get(PAGE))
    for sentence in (
        "The state of 1 source that you read",
        "<li>3 drafts</li>",
        "2 summaries that you submitted",
        "<li>1 review</li>",
        "<li>1 reply to a comment</li>",
        "<li>2 posts</li>",
        "3 suggestions and reports to the curators",
        f"“{MARK} alone” has no other member. It will be archived",
        "Your account will be deleted in fourteen days, on ",
        f"{timezone.localtime() + GRACE:%-d %B}",
        "Until then you can use it as before",
    ):
        assert sentence in page


def test_it_names_the_next_owner(group, ada, jonas, tomas, signed_in):
    group.membership_of(tomas).set_role("moderator")
    assert f"Tomás Herrera will own “{group}”." in words(signed_in(ada).get(PAGE))


def test_it_asks_for_the_password_and_keeps_the_tick(ada, signed_in):
    client = signed_in(ada)
    answer = client.post(PAGE, {"password": "guessed", "erases_texts": "on"})
    assertContains(answer, "Wrong password.", status_code=422)
    assertContains(answer, "checked", status_code=422)
    assertContains(client.post(PAGE), "Fill in this field.", status_code=422)
    assert not AccountDeletion.objects.exists()


def test_who_has_no_password_is_not_asked_for_it(ada, signed_in):
    ada.set_unusable_password()
    ada.save()
    client = signed_in(ada)
    assertNotContains(client.get(PAGE), "Your password")
    assertRedirects(client.post(PAGE), PAGE)


@pytest.mark.parametrize("texts", [True, False])
def test_once_it_is_requested_every_page_says_so_and_offers_to_keep_the_account(ada, group, signed_in, texts):
    client, now = signed_in(ada), timezone.now()
    assertRedirects(client.post(PAGE, {"password": PASSWORD} | ({"erases_texts": "on"} if texts else {})), PAGE)
    deletion = AccountDeletion.objects.get()
    assert (deletion.person, deletion.erases_texts) == (ada, texts)
    assert timedelta(0) <= deletion.due_at - GRACE - now < timedelta(minutes=1)
    for address in ("/", "/settings/", group.get_absolute_url(), PAGE):
        page = client.get(address)
        assertContains(page, "Your account will be deleted on")
        assertContains(page, "Cancel deletion")
    assert ("What will be erased, too" in words(client.get(PAGE))) == texts
    page = client.post(f"{PAGE}cancel/", follow=True)
    assert page.redirect_chain == [("/settings/", 302)]
    assertContains(page, "Your account stays.")
    assertNotContains(page, "Cancel deletion")
    assert not AccountDeletion.objects.exists()


def test_a_second_request_changes_nothing(ada, signed_in):
    client = signed_in(ada)
    first = AccountDeletion.objects.request(ada, erases_texts=False, now=datetime.now().astimezone())
    assert client.post(PAGE, {"password": PASSWORD, "erases_texts": "on"}).status_code == 200
    assert AccountDeletion.objects.values("erases_texts", "due_at").get() == {
        "erases_texts": False, "due_at": first.due_at,
    }  # fmt: skip


def test_the_notice_asks_the_database_nothing(ada, group, signed_in):
    client = signed_in(ada)
    client.get("/settings/")
    with CaptureQueriesContext(connection) as before:
        client.get("/settings/")
    AccountDeletion.objects.request(ada, erases_texts=False, now=timezone.now())
    with CaptureQueriesContext(connection) as after:
        assertContains(client.get("/settings/"), "Cancel deletion")
    assert len(after) == len(before)


def test_the_page_asks_as_often_whatever_one_has(writer, signed_in):
    client = signed_in(writer.person)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as before:
        client.get(PAGE)
    for name in ("One more", "And one more"):
        factories.make_group(writer.person, name=name)
    with CaptureQueriesContext(connection) as after:
        client.get(PAGE)
    assert len(after) == len(before) <= 8


def test_the_only_administrator_is_refused(ada, jonas, signed_in):
    administrator = make_administrator(ada)
    client = signed_in(administrator)
    assertContains(client.get(PAGE), "You are the only administrator")
    assertNotContains(client.get(PAGE), "Delete account")
    answer = client.post(PAGE, {"password": PASSWORD})
    assertContains(answer, "You are the only administrator", status_code=422)
    assert not AccountDeletion.objects.exists()
    make_administrator(jonas)
    assertRedirects(client.post(PAGE, {"password": PASSWORD}), PAGE)


def test_the_admin_deletes_nobody(ada, jonas, signed_in):
    client = signed_in(make_administrator(ada))
    assert client.post(f"/admin/accounts/user/{jonas.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [jonas.pk], "post": "yes"})
    assert User.objects.filter(pk=jonas.pk).exists()
