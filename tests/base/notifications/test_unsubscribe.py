"""The way out of mail, from the mail itself."""

import pytest
from django.test import Client
from django.urls import reverse

from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import email_preferences_for
from readlist_site.base.notifications.unsubscribe import unsubscribe_path, unsubscribe_token

pytestmark = pytest.mark.django_db


def test_opening_the_link_asks_and_changes_nothing(client, ada):
    page = client.get(unsubscribe_path(ada, "reviewed")).content.decode()
    assert ada.email in page
    assert "of the kind “Your summary is reviewed”" in page
    assert "waits" not in page
    assert not EmailPreference.objects.exists()


def test_one_click_of_a_mailbox_ends_that_kind_without_signing_in(ada):
    mailbox = Client(enforce_csrf_checks=True)
    answer = mailbox.post(unsubscribe_path(ada, "reviewed"), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert email_preferences_for([ada])[ada.pk, "reviewed"] == "never"
    assert email_preferences_for([ada])[ada.pk, "revised"] == "at_once"
    assert "Unsubscribed" in answer.content.decode()


def test_all_mail_can_be_ended_at_once(client, ada, jonas):
    before = email_preferences_for([jonas])
    client.post(unsubscribe_path(ada))
    assert set(email_preferences_for([ada]).values()) == {"never"}
    assert email_preferences_for([jonas]) == before


def test_what_is_off_stays_off_when_all_mail_is_ended(client, ada):
    EmailPreference.objects.set_for(ada, {"reply": "off"})
    client.post(unsubscribe_path(ada))
    assert email_preferences_for([ada])[ada.pk, "reply"] == "off"


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "x" + token, lambda token: "nothing"])
def test_a_link_that_is_not_whole_is_no_page(change, client, ada):
    url = reverse("unsubscribe", args=[change(unsubscribe_token(ada))])
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404
    assert not EmailPreference.objects.exists()


def test_a_link_outlives_neither_its_person_nor_its_kind(client, ada):
    gone, unknown = unsubscribe_path(ada), unsubscribe_path(ada, "weather")
    assert client.post(unknown).status_code == 404
    ada.delete()
    assert client.post(gone).status_code == 404
