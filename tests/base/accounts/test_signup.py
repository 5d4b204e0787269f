"""From a stranger to a person."""

import pytest
from django.db import connection
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects, assertTemplateUsed

from readlist_site.base.accounts.adapter import AccountAdapter
from readlist_site.base.accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def test_signing_up_leads_home_and_keeps_name_and_address(client, sign_up):
    assertRedirects(sign_up(), "/")
    priya = User.objects.get()
    assert (priya.display_name, priya.email, priya.time_zone) == ("Priya Raman", "priya@example.org", "UTC")
    assert client.get("/").context["user"] == priya
    assert not priya.is_staff


def test_signing_up_asks_for_three_things(client):
    page = client.get("/accounts/signup/")
    assertContains(page, "<label", 3)
    assertContains(page, 'autocomplete="name"')
    assertContains(page, 'autocomplete="email"')
    assertContains(page, 'autocomplete="new-password"')


def test_the_browser_may_tell_the_time_zone(sign_up):
    sign_up(time_zone="Europe/Berlin")
    assert User.objects.get().time_zone == "Europe/Berlin"


@pytest.mark.parametrize("nonsense", ["Europe/Atlantis", "../../etc/passwd", "x" * 5000, "\0"])
def test_a_time_zone_that_is_none_stops_nobody(sign_up, nonsense):
    assertRedirects(sign_up(time_zone=nonsense), "/")
    assert User.objects.get().time_zone == "UTC"


def test_signing_up_goes_on_to_where_one_was_bound(sign_up):
    assertRedirects(sign_up("?next=/groups/"), "/groups/")


def test_signing_up_never_leads_to_another_site(sign_up):
    assertRedirects(sign_up("?next=https://example.com/"), "/")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Fill in this field."),
        ("priya@", "Something is missing after the @. An address looks like priya@example.org."),
        ("@example.org", "Something is missing before the @"),
        ("priya.example.org", "The @ is missing"),
        ("priya@example", "Something is missing at the end"),
        ("pri ya@example.org", "Remove the space"),
        ("priya@exam_ple.org", "This is not a valid address"),
        (f"{'p' * 300}@example.org", "Use at most 254 characters. This has 312."),
        ("priya\0@example.org", "This contains a character"),
    ],
)
def test_a_wrong_address_is_explained_and_kept(sign_up, address, words):
    page = sign_up(email=address)
    assertContains(page, words, status_code=422)
    assert page.context["form"]["email"].value() == address
    assertContains(page, 'aria-describedby="id_email_error"', status_code=422)
    assertContains(page, "autofocus", 1, status_code=422)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Fill in this field."),
        ("short", "Use at least 10 characters."),
        ("1029384756", "Others could guess it"),
        ("priya@example.org", "This is too similar to your name or address"),
        ("priyaraman1", "This is too similar to your name or address"),
        ("q" * 300, "Use at most 256 characters"),
        ("a quiet\0reading room", "This contains a character"),
    ],
)
def test_a_weak_password_is_explained(sign_up, password, words):
    page = sign_up(password1=password)
    assertContains(page, words, status_code=422)
    assertContains(page, 'aria-invalid="true"', 1, status_code=422)
    assert not User.objects.exists()


def test_an_address_that_has_an_account_is_said_where_no_mail_could_tell(sign_up, ada):
    assertContains(sign_up(email=ada.email.upper()), "This address already has an account.", status_code=422)
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["   ", "\u200b\u200b", "\u3164", "...", "\x00"])
def test_a_name_needs_something_to_see(sign_up, name):
    assertContains(sign_up(display_name=name), "Write a name with at least one letter.", status_code=422)


def test_a_double_click_makes_one_account_and_no_error(sign_up, client, monkeypatch):
    sign_up("?next=/groups/")
    client.logout()
    # The second request looked for the address before the first had written it.
    monkeypatch.setattr("readlist_site.base.accounts.forms.SignupForm.validate_unique_email", lambda self, email: email)
    monkeypatch.setattr(User, "validate_unique", lambda *args, **options: None)
    assertRedirects(sign_up("?next=/groups/"), "/accounts/login/?next=%2Fgroups%2F")
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("email", ["priya@example.org", "ada@example.org"])
def test_nobody_waits_to_write_while_a_password_is_hashed_or_a_mail_sent(real_mail, sign_up, monkeypatch, email):
    make_user("Ada Okafor", email="ada@example.org")
    slow = []

    def watch(owner: type, name: str) -> None:
        original = getattr(owner, name)

        def watched(*arguments):
            slow.append((name, "in a transaction" if connection.in_atomic_block else "outside"))
            return original(*arguments)

        monkeypatch.setattr(owner, name, watched)

    watch(User, "set_password")
    watch(AccountAdapter, "send_mail")
    assertRedirects(sign_up(email=email), "/accounts/confirm-email/")
    assert ("send_mail", "outside") in slow
    assert not [each for each in slow if "in a transaction" in each]


def test_an_account_is_made_whole_or_not_at_all(sign_up, monkeypatch):
    def fails(*arguments):
        raise RuntimeError

    monkeypatch.setattr("readlist_site.base.accounts.forms.setup_user_email", fails)
    with pytest.raises(RuntimeError):
        sign_up()
    assert not User.objects.exists()


# For addresses at some domains


@pytest.mark.parametrize("address", ["priya@uni.example", "priya@LAB.example"])
def test_an_address_at_one_of_the_domains_may_sign_up(settings, sign_up, address):
    settings.SIGNUP_DOMAINS = ["uni.example", "lab.example"]
    assertRedirects(sign_up(email=address), "/")


@pytest.mark.parametrize("address", ["priya@example.org", "priya@sub.uni.example", "priya@notuni.example"])
def test_an_address_elsewhere_may_not_and_is_told_so(settings, client, sign_up, address):
    settings.SIGNUP_DOMAINS = ["uni.example", "lab.example"]
    words = "Sign up with an address at one of these domains: uni.example, lab.example."
    assertContains(client.get("/accounts/signup/"), words)
    assertContains(sign_up(email=address), words, 2, status_code=422)
    assert not User.objects.exists()


def test_without_such_a_setting_no_domain_is_named(client):
    assertNotContains(client.get("/accounts/signup/"), "Sign up with an address")


# By invitation


def test_without_an_invitation_the_door_is_closed(by_invitation, client, sign_up):
    page = client.get("/accounts/signup/")
    assertTemplateUsed(page, "account/signup_closed.html")
    assertContains(page, "Sign-up is by invitation")
    sign_up()
    assert not User.objects.exists()
    assertNotContains(client.get("/accounts/login/"), "/accounts/signup/")


@pytest.mark.parametrize(("held", "made"), [("open", 1), ("expired", 0)])
def test_an_invitation_opens_the_door_while_it_holds(by_invitation, client, sign_up, held, made):
    session = client.session
    session["invitation"] = held
    session.save()
    assert ("/accounts/signup/" in client.get("/accounts/login/").content.decode()) == bool(made)
    sign_up("?next=/groups/")
    assert User.objects.count() == made


def test_a_groups_link_opens_the_door_and_the_way_ends_at_the_group(settings, client, sign_up, group, ada):
    settings.SIGNUP = "invitation"
    invitation = group.invitations.create(invited_by=ada)
    sent = client.post(invitation.get_absolute_url())
    assert sent.url.startswith("/accounts/signup/?next=")
    assertRedirects(sign_up("?" + sent.url.partition("?")[2]), invitation.get_absolute_url())


# With real mail


def test_an_address_is_confirmed_before_one_is_in(real_mail, client, sign_up, mailoutbox, link_in):
    page = sign_up("?next=/groups/")
    assertRedirects(page, "/accounts/confirm-email/")
    assertContains(client.get(page.url), "Check your e-mail")
    assert mailoutbox[-1].to == ["priya@example.org"]
    assert mailoutbox[-1].subject == "Confirm your e-mail address at Readlist"
    assertContains(client.get(link_in()), "<b>priya@example.org</b>")
    assert not client.get("/").context["user"].is_authenticated
    assertRedirects(client.post(link_in()), "/groups/")
    assert client.get("/").context["user"].is_authenticated


def test_confirming_in_another_browser_still_leads_on(real_mail, sign_up, link_in, client, django_user_model):
    sign_up("?next=/groups/")
    client.cookies.clear()
    response = client.post(link_in())
    assert response.url == "/groups/"
    assertRedirects(client.get("/groups/"), "/accounts/login/?next=/groups/")
    login = client.post("/accounts/login/?next=/groups/", {"login": "priya@example.org", "password": PASSWORD})
    assertRedirects(login, "/groups/")


def test_looking_at_the_link_confirms_nothing(real_mail, client, sign_up, link_in):
    sign_up()
    client.get(link_in())
    assert not User.objects.get().emailaddress_set.get().verified


def test_a_used_or_broken_link_says_so(real_mail, client, sign_up, link_in):
    sign_up()
    client.post(link_in())
    client.post("/accounts/logout/")
    assertContains(client.get(link_in()), "This link no longer works")
    assertContains(client.get("/accounts/confirm-email/broken/"), "This link no longer works")


def test_signing_in_unconfirmed_sends_the_link_again(real_mail, client, sign_up, mailoutbox):
    sign_up()
    page = client.post("/accounts/login/", {"login": "priya@example.org", "password": PASSWORD})
    assertRedirects(page, "/accounts/confirm-email/")
    assert len(mailoutbox) == 2


def test_where_mail_can_tell_the_page_does_not_say_who_has_an_account(real_mail, sign_up, ada, mailoutbox):
    assertRedirects(sign_up(email=ada.email), "/accounts/confirm-email/")
    assert mailoutbox[-1].to == [ada.email]
    assert "It already has an account." in mailoutbox[-1].body
    assert User.objects.count() == 1


def test_links_in_mails_lead_home_whatever_host_was_asked(real_mail, settings, client, mailoutbox):
    settings.SITE_URL = "https://readlist.example.org"
    client.post(
        "/accounts/signup/",
        {"display_name": "Priya", "email": "priya@example.org", "password1": PASSWORD},
        headers={"host": "localhost"},
    )
    assert "https://readlist.example.org/accounts/confirm-email/" in mailoutbox[-1].body
    assert "localhost" not in mailoutbox[-1].body
