"""Who reads in which language."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from readlist_site.base.languages.formats import format_time, list_of_names
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.outbox import send_due_emails
from readlist_site.base.web.time_filters import full_date_and_time, time_since, weekday_date
from tests import factories
from tests.base.languages.pseudo import LANGUAGE, page_text, plain_words, pseudo_language

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture(autouse=True)
def _german_is_offered(settings):
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]


def heading(answer) -> str:
    return answer.content.decode().split("<h1>")[1].split("</h1>")[0]


@pytest.mark.parametrize(
    ("chosen", "browser", "instance", "page", "letter"),
    [
        ("", "de-AT,en;q=0.5", "en-gb", "Benachrichtigungen", "Hello"),
        ("en-gb", "de", "en-gb", "Notifications", "Hello"),
        ("de", "en", "en-gb", "Benachrichtigungen", "Hallo"),
        ("", "fr", "de", "Benachrichtigungen", "Hallo"),
        ("xx", "en", "de", "Notifications", "Hallo"),
    ],
)
def test_pages_and_mails_are_in_the_language_chosen_else_the_browser_s_else_the_instance_s(
    chosen, browser, instance, page, letter, ada, signed_in, settings
):
    settings.LANGUAGE_CODE = instance
    type(ada).objects.filter(pk=ada.pk).update(language=chosen)
    answer = signed_in(ada).get(reverse("notifications"), headers={"accept-language": browser})
    assert heading(answer) == page
    assert f'<html lang="{answer.headers["Content-Language"]}" dir="ltr"' in answer.content.decode()
    notify(ada)
    send_due_emails(timezone.now() + timezone.timedelta(minutes=3))
    assert mail.outbox[-1].body.startswith(letter)


def notify(person) -> None:
    facts = {"author": "Jonas", "topic": "ZeRO", "expires_at": "2026-11-25T12:00:00+00:00"}
    Notification.objects.notify(
        [person], kind="reminder", key="k", about="x", facts=facts, url="/list/", now=timezone.now()
    )


def test_a_person_chooses_the_language_in_the_settings(ada, signed_in):
    client = signed_in(ada)
    sent = {"display_name": "Ada", "time_zone": "UTC", "theme": "", "language": "de"}
    assert client.post(reverse("settings"), sent | {"language": "tlh"}).status_code == 422
    assert client.post(reverse("settings"), sent).status_code == 302
    assert heading(client.get(reverse("notifications"))) == "Benachrichtigungen"


def test_where_there_is_one_language_none_is_asked_for(ada, signed_in, client, settings):
    settings.LANGUAGES = [("en-gb", "English")]
    assert 'name="language"' not in client.get(reverse("account_login")).content.decode()
    assert 'name="language"' not in signed_in(ada).get(reverse("settings")).content.decode()


def test_a_visitor_who_is_signed_out_chooses_the_language_at_the_foot_of_the_page(ada):
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"{reverse('account_login')}?next=/list/", headers={"accept-language": "en"})
    assert heading(page) == "Sign in"
    sent = {"language": "de", "next": "/accounts/login/?next=/list/"}
    assert client.post(reverse("set_language"), sent).status_code == 403, "without the page's token"
    token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = client.post(reverse("set_language"), sent | {"csrfmiddlewaretoken": token})
    assert answer.url == "/accounts/login/?next=/list/"
    assert heading(client.get(answer.url, headers={"accept-language": "en"})) == "Anmelden"
    elsewhere = sent | {"csrfmiddlewaretoken": token, "next": "https://evil.example/"}
    assert client.post(reverse("set_language"), elsewhere).url == "/"
    factories.sign_in(client, ada)
    type(ada).objects.filter(pk=ada.pk).update(language="en-gb")
    page = client.get(reverse("notifications"))
    assert heading(page) == "Notifications", "the settings come first"
    assert reverse("set_language") not in page.content.decode()


@pytest.mark.parametrize(
    ("language", "day", "names"),
    [
        ("en-gb", "25 November", "Ada, Jonas and Priya"),
        ("de", "25. November", "Ada, Jonas und Priya"),
    ],
)
def test_dates_and_lists_are_as_the_language_writes_them(language, day, names):
    when = timezone.datetime(2026, 11, 25, 12, tzinfo=timezone.get_default_timezone())
    with translation.override(language):
        assert format_time(when, "MMMMd") == day
        assert list_of_names(["Ada", "Jonas", "Priya"]) == names


def test_a_long_date_has_the_whole_name_of_the_weekday():
    when = timezone.datetime(2026, 11, 30, 12, tzinfo=timezone.get_default_timezone())
    long = {}
    for language in ("en-gb", "de"):
        with translation.override(language):
            long[language] = weekday_date(when)
    assert long == {"en-gb": "Monday 30 November", "de": "Montag, 30. November"}


def test_numbers_of_days_have_the_plural_of_the_language():
    with translation.override("de"):
        assert time_since(timezone.now() - timezone.timedelta(days=1, hours=1)) == "1 Tag"
        assert time_since(timezone.now() - timezone.timedelta(days=2, hours=1)) == "2 Tage"
        assert "November" in full_date_and_time(timezone.datetime(2026, 11, 25, tzinfo=timezone.get_default_timezone()))


def test_notifications_have_no_sentence_that_is_not_marked(ada, signed_in, settings):
    settings.LANGUAGE_CODE = LANGUAGE
    notify(ada)
    with pseudo_language():
        pages = [signed_in(ada).get(reverse(name)) for name in ("notifications", "notification_settings")]
        send_due_emails(timezone.now() + timezone.timedelta(minutes=3))
    for page in pages:
        assert plain_words(page_text(page.content.decode()), ["Jonas", "ZeRO"]) == []
    body = mail.outbox[0].body
    links = [word for word in body.split() if word.startswith("http")]
    assert plain_words(body, [*links, "Jonas", "ZeRO", "Ada"]) == []
