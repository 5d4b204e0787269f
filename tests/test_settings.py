"""The settings, read anew in each environment that somebody may run Readlist in."""

import os
import runpy
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured

SETTINGS = project.BASE_DIR / "readlist_site" / "settings.py"
KEY = {"READLIST_SECRET_KEY": "k" * 60}


@pytest.fixture
def settings_with(monkeypatch, tmp_path):
    """A function: the settings that these variables give, with nothing else set but the data folder."""
    for name in list(os.environ):
        if name.startswith("READLIST_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)

    def read(**variables: str) -> dict:
        for name, value in ({"READLIST_DATA": str(tmp_path / "data")} | variables).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return read


# With nothing set


def test_nothing_set_is_the_embedded_instance(settings_with, tmp_path):
    settings = settings_with()
    assert settings["DATABASES"]["default"]["NAME"] == str(tmp_path / "data" / "readlist.sqlite3")
    assert settings["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in settings["DATABASES"]["default"]["OPTIONS"]["init_command"]
    assert settings["DEBUG"] is False
    assert settings["SIGNUP"] == "open"
    assert not settings["SESSION_COOKIE_SECURE"]
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("name", ["two words", "a#b", "50%20", "what?", "quo'te", "é"])
def test_the_data_folder_may_have_any_name(settings_with, tmp_path, name):
    settings = settings_with(READLIST_DATA=str(tmp_path / name))
    assert settings["DATABASES"]["default"]["NAME"] == str(tmp_path / name / "readlist.sqlite3")


def test_a_relative_data_folder_is_of_where_one_stands(settings_with, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings_with(READLIST_DATA="here/there")["DATA_DIR"] == tmp_path / "here" / "there"


# The secret key


def test_the_key_is_made_once_and_read_by_its_owner_alone(settings_with, tmp_path):
    key = settings_with()["SECRET_KEY"]
    path = tmp_path / "data" / "secret_key"
    assert len(key) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert settings_with()["SECRET_KEY"] == key


def test_first_starts_at_once_agree_on_one_key(settings_with):
    settings_with  # noqa: B018
    with ThreadPoolExecutor(8) as pool:
        keys = {future.result()["SECRET_KEY"] for future in [pool.submit(settings_with) for _ in range(16)]}
    assert len(keys) == 1


def test_a_given_key_leaves_nothing_behind(settings_with, tmp_path):
    assert settings_with(**KEY)["SECRET_KEY"] == "k" * 60
    assert not (tmp_path / "data").exists()


def test_a_database_server_needs_a_given_key(settings_with):
    with pytest.raises(ImproperlyConfigured, match="READLIST_SECRET_KEY must be set"):
        settings_with(DATABASE_URL="postgres://db.example.org/readlist")
    settings = settings_with(DATABASE_URL="postgres://db.example.org/readlist", **KEY)
    assert settings["DATABASES"]["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert "DatabaseCache" in settings["CACHES"]["default"]["BACKEND"]


def test_a_folder_that_can_not_be_written_is_named(settings_with, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="file/data can't be written"):
        settings_with(READLIST_DATA=str(tmp_path / "file" / "data"))


# The address


def test_an_https_address_makes_a_hosted_instance(settings_with):
    settings = settings_with(READLIST_URL="https://read.example.org:8443/")
    assert settings["ALLOWED_HOSTS"][-1] == "read.example.org"
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://read.example.org:8443"]
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert settings["SIGNUP"] == "invitation"
    assert settings["DEFAULT_FROM_EMAIL"] == "readlist@read.example.org"


def test_https_is_promised_for_this_host_and_for_no_other(settings_with):
    settings = settings_with(READLIST_URL="https://read.example.org")
    assert not settings.get("SECURE_HSTS_INCLUDE_SUBDOMAINS")
    assert not settings.get("SECURE_HSTS_PRELOAD")


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("off", (0, False, False)),
        ("600", (600, False, False)),
        ("31536000 subdomains", (31536000, True, False)),
        ("63072000 preload", (63072000, True, True)),
    ],
)
def test_for_how_long_https_is_promised_can_be_said(settings_with, said, means):
    settings = settings_with(READLIST_URL="https://read.example.org", READLIST_HSTS=said)
    names = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    assert tuple(settings[name] for name in names) == means
    assert settings_with(READLIST_URL="http://read.example.org")["SECURE_HSTS_SECONDS"] == 0


@pytest.mark.parametrize("said", ["no", "-1", "a year", "600 preload", "31536000 everything", "off subdomains"])
def test_what_can_not_be_promised_is_refused(settings_with, said):
    with pytest.raises(ImproperlyConfigured, match="READLIST_HSTS"):
        settings_with(READLIST_URL="https://read.example.org", READLIST_HSTS=said)


def test_https_means_a_proxy_and_http_means_none(settings_with):
    assert settings_with(READLIST_URL="https://read.example.org")["PROXIES"] == 1
    assert settings_with(READLIST_URL="http://read.example.org")["PROXIES"] == 0
    assert "SECURE_PROXY_SSL_HEADER" not in settings_with(READLIST_URL="http://read.example.org")
    settings = settings_with(READLIST_URL="https://read.example.org", READLIST_PROXIES="2")
    assert settings["ALLAUTH_TRUSTED_PROXY_COUNT"] == 2
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    "address",
    [
        "read.example.org",
        "https://",
        "ftp://read.example.org",
        "/readlist",
        "/",
        "localhost:80",
        "https://read.example.org:port",
        "https://read.example.org:99999",
        "https://[read.example.org",
    ],
)
def test_half_an_address_is_refused(settings_with, address):
    with pytest.raises(ImproperlyConfigured, match="READLIST_URL must be a whole address"):
        settings_with(READLIST_URL=address)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/readlist",
        "https://example.org/?a=b",
        "https://example.org#readlist",
        "https://ada@example.org",
    ],
)
def test_an_address_below_a_host_is_refused(settings_with, address):
    with pytest.raises(ImproperlyConfigured, match="READLIST_URL must end with the host"):
        settings_with(READLIST_URL=address)


def test_https_without_a_proxy_would_redirect_for_ever_and_is_refused(settings_with):
    with pytest.raises(ImproperlyConfigured, match="READLIST_PROXIES must be 1 at least where READLIST_URL is https"):
        settings_with(READLIST_URL="https://read.example.org", READLIST_PROXIES="0")


def test_several_processes_need_a_database_server(settings_with):
    with pytest.raises(ImproperlyConfigured, match="READLIST_WORKERS must be 1 with SQLite"):
        settings_with(READLIST_WORKERS="4")
    settings_with(READLIST_WORKERS="4", DATABASE_URL="postgres://db.example.org/readlist", **KEY)


def test_behind_a_pooler_no_cursor_outlives_a_transaction_and_the_server_itself_is_known(settings_with):
    pooler, server = "postgres://pooler.example.org:6432/readlist", "postgres://db.example.org/readlist"
    assert settings_with(DATABASE_URL=server, **KEY)["DIRECT_DATABASE"] is None
    settings = settings_with(DATABASE_URL=pooler, READLIST_DATABASE_DIRECT_URL=server, **KEY)
    assert settings["DATABASES"]["default"]["HOST"] == "pooler.example.org"
    assert settings["DATABASES"]["default"]["DISABLE_SERVER_SIDE_CURSORS"]
    assert settings["DIRECT_DATABASE"]["HOST"] == "db.example.org"
    with pytest.raises(ImproperlyConfigured, match="needs a DATABASE_URL"):
        settings_with(DATABASE_URL="", READLIST_DATABASE_DIRECT_URL=server)


# Words and numbers


@pytest.mark.parametrize(("word", "means"), [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("Off", False)])
def test_yes_and_no_are_understood(settings_with, word, means):
    assert settings_with(READLIST_DEBUG=word)["DEBUG"] is means


def test_nothing_said_means_what_is_usual(settings_with):
    settings = settings_with(READLIST_DEBUG="", READLIST_LIST_PUBLIC=" ")
    assert settings["DEBUG"] is False
    assert settings["LIST_IS_PUBLIC"] is True


def test_domains_are_read_as_people_write_them(settings_with):
    assert settings_with()["SIGNUP_DOMAINS"] == []
    assert settings_with(READLIST_SIGNUP_DOMAINS=" Uni.example, @lab.example,")["SIGNUP_DOMAINS"] == [
        "uni.example",
        "lab.example",
    ]


def test_a_word_or_number_that_is_none_is_refused(settings_with):
    with pytest.raises(ImproperlyConfigured, match="READLIST_SIGNUP is either open or invitation"):
        settings_with(READLIST_SIGNUP="maybe")
    with pytest.raises(ImproperlyConfigured, match="READLIST_PROXIES must be a whole number"):
        settings_with(READLIST_SIGNUP="open", READLIST_PROXIES="two")
    with pytest.raises(ImproperlyConfigured, match="READLIST_LIST_PUBLIC is either yes or no"):
        settings_with(READLIST_PROXIES="0", READLIST_LIST_PUBLIC="nope")


@pytest.mark.parametrize("name", ["READLIST_PROXIES", "READLIST_WORKERS", "READLIST_EMAIL_PORT"])
def test_a_number_below_nothing_is_refused(settings_with, name):
    with pytest.raises(ImproperlyConfigured, match=f"{name} must be [01] at least"):
        settings_with(**{name: "-1"})


def test_mail_is_real_once_its_server_is_named(settings_with):
    assert settings_with()["ACCOUNT_EMAIL_VERIFICATION"] == "none"
    settings = settings_with(READLIST_EMAIL_HOST="mail.example.org")
    assert settings["ACCOUNT_EMAIL_VERIFICATION"] == "mandatory"
    assert "smtp" in settings["EMAIL_BACKEND"]


def test_the_command_line_says_a_wrong_setting_in_one_sentence(tmp_path):
    environment = os.environ | {"READLIST_SIGNUP": "maybe", "DJANGO_SETTINGS_MODULE": "readlist_site.settings"}
    result = subprocess.run(
        [sys.executable, "manage.py", "migrate"], env=environment, cwd=project.BASE_DIR, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert result.stderr == "READLIST_SIGNUP is either open or invitation.\n"


# Second factor and accounts elsewhere


@pytest.mark.parametrize(
    ("written", "read"), [("", ""), ("Reply.Example.org", "reply.example.org"), ("@example.org", None), ("a b", None)]
)
def test_the_domain_of_replies_by_mail_is_a_domain(settings_with, written, read):
    if read is None:
        with pytest.raises(ImproperlyConfigured, match="READLIST_MAIL_REPLY_DOMAIN must be a domain"):
            settings_with(READLIST_MAIL_REPLY_DOMAIN=written)
    else:
        assert settings_with(READLIST_MAIL_REPLY_DOMAIN=written)["MAIL_REPLY_DOMAIN"] == read


OIDC = {
    "READLIST_OIDC_URL": "https://login.uni.example/realms/students/",
    "READLIST_OIDC_ID": "readlist",
    "READLIST_OIDC_SECRET": "s",
}


def test_administrators_of_a_hosted_instance_need_a_second_factor_unless_told_otherwise(settings_with):
    hosted = {"READLIST_URL": "https://read.example.org"}
    assert not settings_with()["ADMIN_SECOND_FACTOR"]
    assert settings_with(**hosted)["ADMIN_SECOND_FACTOR"]
    assert not settings_with(**hosted, READLIST_ADMIN_SECOND_FACTOR="no")["ADMIN_SECOND_FACTOR"]


def test_providers_are_named_by_the_environment_alone(settings_with):
    assert settings_with()["SOCIALACCOUNT_PROVIDERS"] == {}
    found = settings_with(READLIST_GITHUB_ID="a", READLIST_GITHUB_SECRET="b", **OIDC)["SOCIALACCOUNT_PROVIDERS"]
    assert found["github"]["APPS"] == [{"client_id": "a", "secret": "b"}]
    [app] = found["openid_connect"]["APPS"]
    assert (app["name"], app["client_id"], app["secret"]) == ("login.uni.example", "readlist", "s")
    assert app["settings"]["server_url"] == "https://login.uni.example/realms/students"
    assert app["provider_id"] == "oidc"
    named = settings_with(**OIDC, READLIST_OIDC_NAME="Example University")
    assert named["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"][0]["name"] == "Example University"


def test_another_provider_has_another_id(settings_with):
    app = settings_with(**OIDC, READLIST_OIDC_PROVIDER_ID="login-2027")["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]
    assert app["APPS"][0]["provider_id"] == "login-2027"


@pytest.mark.parametrize("wrong", ["github", "Uni", "a b"])
def test_the_id_of_a_provider_is_a_word_of_its_own(settings_with, wrong):
    with pytest.raises(ImproperlyConfigured, match="READLIST_OIDC_PROVIDER_ID"):
        settings_with(READLIST_OIDC_PROVIDER_ID=wrong)


@pytest.mark.parametrize("missing", [*OIDC, "READLIST_GITHUB_ID"])
def test_half_a_provider_is_refused(settings_with, missing):
    whole = OIDC if missing in OIDC else {"READLIST_GITHUB_ID": "a", "READLIST_GITHUB_SECRET": "b"}
    with pytest.raises(ImproperlyConfigured, match="must be set together"):
        settings_with(**{name: value for name, value in whole.items() if name != missing})


def test_a_provider_is_asked_over_https_alone(settings_with):
    assert settings_with(**OIDC | {"READLIST_OIDC_URL": "http://localhost:9000"})["SOCIALACCOUNT_PROVIDERS"]
    with pytest.raises(ImproperlyConfigured, match="READLIST_OIDC_URL must be https"):
        settings_with(**OIDC | {"READLIST_OIDC_URL": "http://login.uni.example"})


@pytest.mark.parametrize("url", ["login.uni.example", "https://", "ftp://login.uni.example"])
def test_a_provider_has_a_whole_address(settings_with, url):
    with pytest.raises(ImproperlyConfigured, match="READLIST_OIDC_URL must be a whole address"):
        settings_with(**OIDC | {"READLIST_OIDC_URL": url})


def test_logs_are_for_people_or_for_programs(settings_with):
    assert settings_with()["LOGGING"]["handlers"]["console"]["formatter"] == "text"
    assert settings_with(READLIST_LOGS="json")["LOGGING"]["handlers"]["console"]["formatter"] == "json"
    with pytest.raises(ImproperlyConfigured, match="READLIST_LOGS is either text or json"):
        settings_with(READLIST_LOGS="xml")


@pytest.mark.parametrize("name", ["READLIST_IMPRINT_URL", "READLIST_PRIVACY_URL"])
def test_the_host_s_own_pages_are_whole_addresses(settings_with, name):
    assert settings_with()[name.removeprefix("READLIST_")] == ""
    assert settings_with(**{name: "https://example.org/a?b#c"})[name.removeprefix("READLIST_")].startswith("https://")
    for wrong in ("javascript:alert(1)", "/imprint", "example.org", "https://"):
        with pytest.raises(ImproperlyConfigured, match=f"{name} must be a whole address"):
            settings_with(**{name: wrong})
