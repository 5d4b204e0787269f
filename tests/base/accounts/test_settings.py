"""The page of one's own settings, and what they do."""

import pytest
from django.utils import timezone, translation
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from readlist_site.base.accounts.time_zones import known_time_zones, time_zone_choices

pytestmark = pytest.mark.django_db

VALID = {"display_name": "Ada Okafor", "time_zone": "Europe/Berlin", "theme": "dark"}


def test_settings_are_for_who_is_signed_in(client):
    assertRedirects(client.get("/settings/"), "/accounts/login/?next=/settings/")


def test_saving_says_so_and_shows_it(signed_in, ada):
    page = signed_in(ada).post("/settings/", VALID, follow=True)
    assertRedirects(page, "/settings/")
    assertContains(page, "Settings saved.")
    assertContains(page, '<html lang="en-gb" dir="ltr" data-theme="dark">')
    assertContains(page, '<option value="Europe/Berlin" selected>Berlin</option>', html=True)


def test_the_device_decides_between_light_and_dark_unless_told(signed_in, ada):
    assertContains(signed_in(ada).get("/settings/"), '<html lang="en-gb" dir="ltr">')
    page = signed_in(ada).post("/settings/", VALID | {"theme": ""}, follow=True)
    assertContains(page, '<html lang="en-gb" dir="ltr">')


def test_times_are_shown_as_they_are_there(signed_in, ada, settings):
    settings.ROOT_URLCONF = "tests.base.accounts.clock"
    ada.time_zone = "Asia/Kathmandu"
    ada.save()
    assert signed_in(ada).get("/clock/").content == b"+0545"
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "Europe", "../../etc/passwd", "\0", "x" * 300])
def test_an_unknown_zone_in_the_database_breaks_no_page(signed_in, ada, zone, settings):
    type(ada).objects.filter(pk=ada.pk).update(time_zone=zone.replace("\0", "")[:64])
    settings.ROOT_URLCONF = "tests.base.accounts.clock"
    assert signed_in(ada).get("/clock/").content == b"+0000"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("display_name", "   ", "Write a name with at least one letter."),
        ("display_name", "", "Write a name with at least one letter."),
        ("display_name", "x" * 61, "Use at most 60 characters. This has 61."),
        ("time_zone", "Europe/Atlantis", "Choose one of the options."),
        ("time_zone", "\0", "Choose one of the options."),
        ("theme", "sepia", "Choose one of the options."),
        ("theme", "\0", "Choose one of the options."),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_changed(signed_in, ada, field, value, words):
    page = signed_in(ada).post("/settings/", VALID | {field: value})
    assertContains(page, words, status_code=422)
    assertContains(page, "autofocus", 1, status_code=422)
    assertContains(
        page, f'aria-describedby="id_{field}_helptext id_{field}_error"' if field != "theme" else words, status_code=422
    )
    assertContains(page, '<span class="hidden-text">Ada Okafor: settings</span>', status_code=422)
    assertNotContains(page, "data-theme", status_code=422)
    ada.refresh_from_db()
    assert (ada.display_name, ada.time_zone, ada.theme) == ("Ada Okafor", "UTC", "")


def test_nothing_at_all_is_answered_at_the_fields(signed_in, ada):
    assertContains(signed_in(ada).post("/settings/", {}), 'aria-invalid="true"', 2, status_code=422)


def test_nothing_else_can_be_set_here(signed_in, ada):
    signed_in(ada).post("/settings/", VALID | {"is_staff": "on", "email": "other@example.org", "is_superuser": "on"})
    ada.refresh_from_db()
    assert (ada.is_staff, ada.is_superuser) == (False, False)
    assert ada.email != "other@example.org"


def test_the_page_leads_to_address_password_and_out(signed_in, ada):
    page = signed_in(ada).get("/settings/")
    for url in ("/accounts/email/", "/accounts/password/change/"):
        assertContains(page, f'href="{url}"')
    assertContains(page, '<form method="post" action="/accounts/logout/">')


def test_every_zone_with_a_place_is_offered_once_by_one_name():
    offered = [name for _, zones in time_zone_choices()[1:] for name, _ in zones]
    assert time_zone_choices()[0] == ("UTC", "UTC")
    assert len(offered) == len(set(offered)) > 400
    assert set(offered) < known_time_zones()
    assert "Asia/Kolkata" in offered
    assert not {"Asia/Calcutta", "Etc/GMT-0", "Etc/Zulu", "US/Eastern", "UTC"}.intersection(offered)
    assert dict(dict(time_zone_choices())["America"])["America/Argentina/Ushuaia"] == "Ushuaia"


def test_cities_are_in_the_reader_s_language():
    with translation.override("de"):
        assert ("Europe/Rome", "Rom") in dict(time_zone_choices())["Europa"]


@pytest.mark.parametrize(
    ("stored", "shown"), [("Asia/Calcutta", "Asia/Kolkata"), ("Etc/Zulu", "UTC"), ("Etc/GMT+5", "Etc/GMT+5")]
)
def test_an_obsolete_name_keeps_working_and_is_shown_by_the_one_that_holds(signed_in, ada, stored, shown):
    type(ada).objects.filter(pk=ada.pk).update(time_zone=stored)
    client = signed_in(ada)
    assertContains(client.get("/settings/"), f'<option value="{shown}" selected>')
    for sent in (stored, shown):
        assert client.post("/settings/", VALID | {"time_zone": sent}).status_code == 302
        ada.refresh_from_db()
        assert ada.time_zone == shown
