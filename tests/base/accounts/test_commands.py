"""What whoever runs Readlist can do from a terminal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from readlist_site.base.accounts.models import User
from tests.factories import PASSWORD, add_factors, make_user

pytestmark = pytest.mark.django_db

NEW = "another reading room"
HERE = "http://localhost:8000"


def run(*arguments: str, **options) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def choose_password(link: str) -> None:
    client = Client()
    form = client.get(link.strip().removeprefix(HERE), follow=True)
    assert client.post(form.context["action_url"], {"password1": NEW}).status_code == 302


def signs_in(email: str, password: str = NEW) -> bool:
    return Client().post("/accounts/login/", {"login": email, "password": password}).status_code == 302


@pytest.fixture
def terminal(monkeypatch):
    """A function: somebody sits at a terminal and types these passwords."""

    def typing(*passwords: str) -> None:
        typed = iter(passwords)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr(
            "readlist_site.base.accounts.management.commands.make_administrator.getpass", lambda prompt: next(typed)
        )

    return typing


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)


# make_reset_link


def test_the_link_that_is_printed_works(ada):
    link = run("make_reset_link", ada.email.upper())
    assert link.startswith(f"{HERE}/accounts/password/reset/key/")
    choose_password(link)
    assert signs_in(ada.email)


def test_the_link_is_for_where_readlist_is_found(ada, settings, monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    assert run("make_reset_link", ada.email).startswith("http://localhost:8123/")
    settings.SITE_URL = "https://readlist.example.org"
    assert run("make_reset_link", ada.email).startswith("https://readlist.example.org/accounts/")


def test_there_is_no_link_for_nobody_or_for_a_closed_account(ada):
    with pytest.raises(CommandError, match="No account has the e-mail address nobody"):
        run("make_reset_link", "nobody@example.org")
    ada.is_active = False
    ada.save()
    with pytest.raises(CommandError, match="closed"):
        run("make_reset_link", ada.email)


# make_administrator


def test_the_first_administrator_is_made_and_chooses_a_password_by_a_link():
    said = run("make_administrator", "Host@Example.org", name="Hanna Host")
    host = User.objects.get()
    assert (host.email, host.display_name, host.is_staff, host.is_superuser) == (
        "host@example.org",
        "Hanna Host",
        True,
        True,
    )
    assert not host.has_usable_password()
    choose_password(said.rpartition(" ")[2])
    assert signs_in("host@example.org")


def test_an_administrator_gets_in_even_where_addresses_are_confirmed(real_mail, mailoutbox):
    choose_password(run("make_administrator", "host@example.org", name="Hanna Host").rpartition(" ")[2])
    mailoutbox.clear()
    assert signs_in("host@example.org")
    assert mailoutbox == []


def test_at_a_terminal_the_password_is_asked_for(terminal):
    terminal("short", NEW, "mistyped", NEW, NEW)
    said = run("make_administrator", "host@example.org", name="Hanna Host")
    assert "Use at least 10 characters" in said
    assert "The passwords differ." in said
    assert "Password saved." in said
    assert signs_in("host@example.org")


def test_at_a_terminal_one_may_ask_for_the_link(terminal):
    terminal("")
    assert f"{HERE}/accounts/password/reset/key/" in run("make_administrator", "host@example.org", name="Hanna Host")


def test_an_account_that_a_stranger_may_have_made_is_not_promoted_unawares(ada):
    with pytest.raises(CommandError, match=f"the account of Ada Okafor, made on {ada.date_joined:%d %B %Y}"):
        run("make_administrator", ada.email, name="Somebody Else")
    ada.refresh_from_db()
    assert not ada.is_staff
    assert not ada.is_superuser


def test_somebody_whom_one_knows_is_promoted_and_keeps_name_and_password(ada):
    said = run("make_administrator", ada.email, name="Somebody Else", existing=True)
    assert "Ada Okafor" in said
    assert "http" not in said
    ada.refresh_from_db()
    assert ada.is_superuser
    assert ada.display_name == "Ada Okafor"
    assert signs_in(ada.email, PASSWORD)


def test_again_does_no_harm():
    run("make_administrator", "host@example.org", name="Hanna Host")
    # Who has not chosen a password yet gets another link.
    assert "http" in run("make_administrator", "host@example.org", name="Hanna Host")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("email", "name", "words"),
    [
        ("host@", "Hanna", "Something is missing after the @"),
        ("host@example.org", "", "--name NAME"),
        ("host@example.org", "   ", "--name NAME"),
        ("host@example.org", "x" * 61, "at most 60"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(email, name, words):
    with pytest.raises(CommandError, match=words):
        run("make_administrator", email, name=name)
    assert not User.objects.exists()


def test_somebody_of_the_demo_is_not_promoted():
    person = make_user("Demo", is_demo=True)
    with pytest.raises(CommandError, match="demo group"):
        run("make_administrator", person.email)


def test_an_administrator_who_needs_a_second_factor_is_told_so(settings):
    settings.ADMIN_SECOND_FACTOR = True
    assert "must add a second factor" in run("make_administrator", "host@example.org", name="Hanna Host")
    add_factors(User.objects.get())
    assert "second factor" not in run("make_administrator", "host@example.org")


# reset_second_factor


def test_who_has_lost_their_factors_signs_in_with_the_password_alone_and_is_signed_out_elsewhere(ada):
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    add_factors(ada)
    assert "signed out everywhere" in run("reset_second_factor", ada.email.upper())
    assert elsewhere.get("/settings/").status_code == 302
    answer = Client().post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    assert answer.url == "/"


def test_who_has_none_or_is_nobody_is_told_so_and_nothing_happens(ada):
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    with pytest.raises(CommandError, match="Ada Okafor has no second factor"):
        run("reset_second_factor", ada.email)
    with pytest.raises(CommandError, match="No account has the e-mail address nobody"):
        run("reset_second_factor", "nobody@example.org")
    assert elsewhere.get("/settings/").status_code == 200


def test_who_has_no_password_either_gets_a_way_to_choose_one(ada):
    ada.set_unusable_password()
    ada.save()
    add_factors(ada)
    assert f"manage.py make_reset_link {ada.email}" in run("reset_second_factor", ada.email)
