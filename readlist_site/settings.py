"""Django settings, read from environment variables; every variable has a safe default.

With nothing set, this is an embedded instance: SQLite in `READLIST_DATA`, e-mails printed to the console, reachable
from this machine only. `READLIST_URL` makes it a hosted instance: the allowed host, https and the CSRF origin are
derived from it."""

import os
import re
import secrets
import tempfile
import tomllib
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def _flag(name: str, default: bool) -> bool:
    """Returns the boolean value of an environment variable. Raises ImproperlyConfigured for any other text."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} is either yes or no.")
    return default


def _number(name: str, default: int, minimum: int) -> int:
    """Returns the integer value of an environment variable. Raises ImproperlyConfigured if it is no integer, or too
    small."""
    try:
        number = int(os.environ.get(name) or default)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from error
    if number < minimum:
        raise ImproperlyConfigured(f"{name} must be {minimum} at least.")
    return number


def _all_or_none(*names: str) -> list[str]:
    """Returns the values of environment variables that belong together; [] if none is set. Raises ImproperlyConfigured
    if some are."""
    values = [os.environ.get(name, "").strip() for name in names]
    if any(values) and not all(values):
        raise ImproperlyConfigured(f"{' and '.join(names)} must be set together, or none of them.")
    return values if all(values) else []


def _url(name: str) -> SplitResult:
    """Returns the parsed URL of an environment variable, with empty parts if it isn't set.

    Raises ImproperlyConfigured unless it is an http(s) URL without path, query, fragment or credentials."""
    try:
        url = urlsplit(os.environ.get(name, "").rstrip("/"))
        is_valid = url.scheme in {"http", "https"} and url.hostname and url.port != 0
    except ValueError:
        is_valid = False
    if os.environ.get(name) and not is_valid:
        raise ImproperlyConfigured(f"{name} must be a whole address, as in https://readlist.example.org.")
    if url.path or url.query or url.fragment or url.username is not None:
        raise ImproperlyConfigured(f"{name} must end with the host: Readlist answers at the top of one, not below it.")
    return url


# The embedded instance stores its database, secret key and demo password here.
DATA_DIR = Path(os.environ.get("READLIST_DATA") or BASE_DIR / "var").expanduser().resolve()

# Files of jobs, such as exports: private, since no server hands out this folder by itself.
MEDIA_ROOT = Path(os.environ.get("READLIST_MEDIA") or DATA_DIR / "media").expanduser().resolve()

# Where erased accounts are written down, for backups that still have them.
ERASURE_LOG = Path(os.environ.get("READLIST_ERASURE_LOG") or DATA_DIR / "erased_accounts.jsonl").expanduser().resolve()

DEBUG = _flag("READLIST_DEBUG", False)

# The public URL. Unset: reachable from this machine only, over http.
_site_url = _url("READLIST_URL")
SITE_URL = _site_url.geturl()
HOSTED = bool(SITE_URL)
HTTPS = _site_url.scheme == "https"

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *([_site_url.hostname] if HOSTED else [])]
CSRF_TRUSTED_ORIGINS = [f"{_site_url.scheme}://{_site_url.netloc}"] if HOSTED else []

# Number of reverse proxies in front: the client's address and scheme are read from that many forwarded headers.
PROXIES = _number("READLIST_PROXIES", 1 if HTTPS else 0, minimum=0)
if HTTPS and not PROXIES:
    raise ImproperlyConfigured(
        "READLIST_PROXIES must be 1 at least where READLIST_URL is https: Readlist itself speaks http only."
    )
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES


# Database

DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite:///{quote(str(DATA_DIR / 'readlist.sqlite3'))}"
# A connection is kept for ten minutes: with it, PostgreSQL's plans go.
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)}
_embedded = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if _embedded:
    DATABASES["default"] |= {
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Transactions take the write lock when they begin: they wait for it instead of failing at the first write.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # With NORMAL a power cut would take back the last writes, though they were acknowledged. FULL waits for the
            # disk at each commit: 4 ms on an SSD, where NORMAL takes 0.05 ms.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
        # A file, since Django's default in-memory test database has neither WAL nor locks to test.
        "TEST": {"NAME": os.environ.get("READLIST_TEST_DATABASE") or str(DATA_DIR / "test.sqlite3")},
    }
else:
    # Lets the server keep the plans of statements that are built once: see base/web/prepared_statements.py.
    DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 0
# Where DATABASE_URL leads to a pooler, the server itself: for migrations, locks of a session, backup and restore.
_direct_url = os.environ.get("READLIST_DATABASE_DIRECT_URL")
if _direct_url and _embedded:
    raise ImproperlyConfigured("READLIST_DATABASE_DIRECT_URL needs a DATABASE_URL that leads to a pooler.")
DIRECT_DATABASE = dj_database_url.parse(_direct_url) if _direct_url else None
if DIRECT_DATABASE:
    # A pooler may give each transaction another connection: no cursor and no prepared statement outlives one.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = None
if _number("READLIST_WORKERS", 1, minimum=1) > 1 and _embedded:
    raise ImproperlyConfigured("READLIST_WORKERS must be 1 with SQLite: several processes need a database server.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _secret_key() -> str:
    """Returns READLIST_SECRET_KEY, else the key in the data folder, which is created at the first start with mode 0600.

    Raises ImproperlyConfigured if a database server is used without READLIST_SECRET_KEY, or the folder can't be
    written."""
    if given := os.environ.get("READLIST_SECRET_KEY"):
        return given
    if not _embedded:
        raise ImproperlyConfigured(
            "READLIST_SECRET_KEY must be set when DATABASE_URL names a server: "
            "every process that serves Readlist needs the same key."
        )
    path = DATA_DIR / "secret_key"
    if path.exists():
        return path.read_text()
    try:
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written to a temporary file and then linked, so that two first starts at once use the same key.
        with tempfile.NamedTemporaryFile("w", dir=DATA_DIR) as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.link(file.name, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise ImproperlyConfigured(f"{DATA_DIR} can't be written: {error.strerror}.") from error
    return path.read_text()


SECRET_KEY = _secret_key()

# Several app servers share a database cache, one process needs no sharing. No limit is counted in it: see RATE_LIMITS.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if _embedded
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "readlist_cache"},
    # What one process has done lately, and need not do again at each request.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "process",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}


# Limits: how much of each in how many seconds. What is over is answered with 429 and when to go on.

_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600
RATE_LIMITS = {
    # CPU seconds that one person's texts and exports may take: time of work, so that nobody is refused for typing, or
    # for others. Exports of lists by strangers, from one network.
    "rendering": (10, _MINUTE),
    "rendering_network": (20, _MINUTE),
    # What one person creates.
    "post": (60, _HOUR),
    "thread": (10, _HOUR),
    "group": (5, _DAY),
    "invitation": (20, _DAY),
    "suggestion": (20, _DAY),
    "report": (20, _DAY),
    # Test messages to the addresses of webhooks.
    "webhook_test": (20, _HOUR),
    # Images that one person uploads, and bytes of them as they are stored.
    "image": (60, _DAY),
    "image_bytes": (60_000_000, _DAY),
    # Exports of one's data, and of one's groups.
    "export": (5, _DAY),
    # How often one person changes their address: each time, one mail goes to whoever has it.
    "change_email": (10, _DAY),
    # From one network: an IPv4 address, or the first half of an IPv6 one.
    "sign_up": (10, _HOUR),
    "password_reset": (10, _HOUR),
    # Wrong passwords: in a browser that has signed in to the account before; in all others, for one account and from
    # one network.
    "sign_in_browser": (10, _HOUR),
    "sign_in_account": (10, _HOUR),
    "sign_in_network": (100, _HOUR),
    # Passwords that are looked at, right ones included, in a known browser or else from one network.
    "password": (300, _HOUR),
    # Wrong codes of an authenticator app, and recovery codes, by who knows the password: like wrong passwords.
    "code_browser": (10, _HOUR),
    "code_account": (10, _HOUR),
    # Sign-ins with a passkey that are begun, and with an account elsewhere, from one network.
    "passkey": (300, _HOUR),
    "provider": (100, _HOUR),
    # Notes to one person about their replies by mail.
    "mail_note": (10, _HOUR),
    # Mails of one kind to one address that signing up, resetting and confirming send.
    "account_mail": (5, _HOUR),
}


# Applications, in the order of their layers

INSTALLED_APPS = [
    "readlist_site.base.accounts",
    "readlist_site.base.sent_forms",
    "readlist_site.base.rate_limits",
    "readlist_site.base.jobs",
    "readlist_site.base.images",
    "readlist_site.base.notifications",
    "readlist_site.base.announcements",
    "catalog",
    "notes",
    "groups",
    "readlist_site.pages",
    "readlist_site.run",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "template_partials",
    "csp",
    "readlist_site.admin_config.CuratorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "readlist_site.base.web.request_id.RequestId",
    "readlist_site.base.web.security_headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Outside of all that may answer with a page of its own.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "readlist_site.base.web.cache_control.CacheControl",
    "readlist_site.base.web.errors.Utf8Only",
    "readlist_site.base.web.sessions.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "readlist_site.base.web.conflict_retry.ConflictRetry",
    "readlist_site.base.web.sessions.Authentication",
    "django_htmx.middleware.HtmxMiddleware",
    "readlist_site.base.web.htmx.HtmxResponses",
    "readlist_site.base.web.rate_limit_http.RateLimits",
    "readlist_site.base.web.errors.WrongMethodPage",
    "readlist_site.base.accounts.login.LoginRequired",
    "readlist_site.base.accounts.language_choice.LanguageMiddleware",
    "readlist_site.base.accounts.time_zones.TimeZoneMiddleware",
    "readlist_site.base.accounts.sessions.activity.SessionActivity",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "groups.members.middleware.RuleViolationMiddleware",
    "readlist_site.base.web.errors.InvalidFormStatus",
    "readlist_site.base.web.errors.TooMuchTextPage",
]

ROOT_URLCONF = "readlist_site.urls"
WSGI_APPLICATION = "readlist_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "readlist_site.base.web.template_engine.Templates",
        "NAME": "django",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "readlist_site.pages.context_processors.site",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "readlist_site.base.accounts.face",
                "readlist_site.base.languages.direction",
                "readlist_site.base.text.deleted_text",
                "readlist_site.base.web.addresses",
                "readlist_site.base.web.time_filters",
                "readlist_site.base.sent_forms.templatetags.idempotency_key",
            ],
            "libraries": {
                "i18n": "readlist_site.base.languages.isolating_tags",
                "static": "readlist_site.base.web.addresses",
                "change_text": "catalog.curation.change_text",
                "progress_text": "notes.progress_text",
                "reading_choice": "notes.reading_choice",
                "source_rows": "readlist_site.pages.source_rows",
                "spine_shapes": "notes.spine_shapes",
                "topic_rows": "readlist_site.pages.topic_rows",
                "usage_text": "catalog.outline.usage_text",
            },
        },
    }
]

FORM_RENDERER = "readlist_site.base.web.forms.Renderer"


# Authentication

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["readlist_site.base.accounts.password_hasher.PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "display_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

# "open": anyone may sign up. "invitation": only visitors with a group's invitation link.
SIGNUP = os.environ.get("READLIST_SIGNUP") or ("invitation" if HOSTED else "open")
if SIGNUP not in {"open", "invitation"}:
    raise ImproperlyConfigured("READLIST_SIGNUP is either open or invitation.")

# Who signs up must have an e-mail address at one of these domains; empty: at any.
SIGNUP_DOMAINS = [
    domain.strip().removeprefix("@").lower()
    for domain in os.environ.get("READLIST_SIGNUP_DOMAINS", "").split(",")
    if domain.strip()
]

# Whether the reading list is visible without signing in.
LIST_IS_PUBLIC = _flag("READLIST_LIST_PUBLIC", True)

ACCOUNT_ADAPTER = "readlist_site.base.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "signup": "readlist_site.base.accounts.forms.SignupForm",
    "login": "readlist_site.base.accounts.forms.LoginForm",
    "reauthenticate": "readlist_site.base.accounts.forms.ReauthenticateForm",
    "add_email": "readlist_site.base.accounts.forms.ChangeEmailForm",
    "change_password": "readlist_site.base.accounts.forms.ChangePasswordForm",
    "set_password": "readlist_site.base.accounts.forms.SetPasswordForm",
    "reset_password": "readlist_site.base.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "readlist_site.base.accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_USER_DISPLAY = "readlist_site.base.accounts.models.display_name"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
# Confirming the address in the browser of the sign-up signs the person in and continues to the `next` page.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# allauth counts in the cache, which forgets, and would let strangers lock people out: see RATE_LIMITS instead.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"


# Passkeys, authenticator apps and recovery codes

MFA_ADAPTER = "readlist_site.base.accounts.second_factor.mfa_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "readlist_site.base.accounts.second_factor.forms.AuthenticateForm",
    "reauthenticate": "readlist_site.base.accounts.second_factor.forms.ReauthenticateForm",
    "activate_totp": "readlist_site.base.accounts.second_factor.forms.ActivateTOTPForm",
    "add_webauthn": "readlist_site.base.accounts.second_factor.forms.AddPasskeyForm",
    "edit_webauthn": "readlist_site.base.accounts.second_factor.forms.RenamePasskeyForm",
    "authenticate_webauthn": "readlist_site.base.accounts.second_factor.forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "readlist_site.base.accounts.second_factor.forms.ReauthenticatePasskeyForm",
    "login_webauthn": "readlist_site.base.accounts.second_factor.forms.LoginPasskeyForm",
}
MFA_TOTP_ISSUER = "Readlist"
# A code is right for half a minute before and after its own, too: clocks differ, and typing takes time.
MFA_TOTP_TOLERANCE = 1
# Where mail is sent, nobody signs in before their address is confirmed; where none is sent, none can be.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = False

# Whether administrators need a second factor before the admin opens to them.
ADMIN_SECOND_FACTOR = _flag("READLIST_ADMIN_SECOND_FACTOR", HOSTED)


# Signing in with an account elsewhere: GitHub, and one provider that speaks OpenID Connect

SOCIALACCOUNT_PROVIDERS = {}
if _github := _all_or_none("READLIST_GITHUB_ID", "READLIST_GITHUB_SECRET"):
    SOCIALACCOUNT_PROVIDERS["github"] = {"APPS": [{"client_id": _github[0], "secret": _github[1]}]}
# Accounts at the provider are known by this and what it calls them. Another provider needs another one: it may call
# somebody else the same.
OIDC_PROVIDER_ID = os.environ.get("READLIST_OIDC_PROVIDER_ID") or "oidc"
if not re.fullmatch(r"[a-z0-9-]{1,40}", OIDC_PROVIDER_ID) or OIDC_PROVIDER_ID in {"github", "openid_connect"}:
    raise ImproperlyConfigured("READLIST_OIDC_PROVIDER_ID is a word of small letters, digits and hyphens, not github.")
if _oidc := _all_or_none("READLIST_OIDC_URL", "READLIST_OIDC_ID", "READLIST_OIDC_SECRET"):
    if not _oidc[0].startswith(("https://", "http://")) or not urlsplit(_oidc[0]).hostname:
        raise ImproperlyConfigured("READLIST_OIDC_URL must be a whole address, as in https://login.example.org.")
    # What the provider says is believed because the connection to it is secure.
    if _oidc[0].startswith("http://") and urlsplit(_oidc[0]).hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ImproperlyConfigured("READLIST_OIDC_URL must be https, but for a provider on this machine.")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": OIDC_PROVIDER_ID,
                "name": os.environ.get("READLIST_OIDC_NAME") or urlsplit(_oidc[0]).hostname,
                "client_id": _oidc[1],
                "secret": _oidc[2],
                "settings": {"server_url": _oidc[0].rstrip("/")},
            }
        ],
    }
SOCIALACCOUNT_ADAPTER = "readlist_site.base.accounts.providers.provider_adapter.ProviderAdapter"
SOCIALACCOUNT_FORMS = {
    "signup": "readlist_site.base.accounts.providers.forms.ProviderSignupForm",
    "disconnect": "readlist_site.base.accounts.providers.forms.DisconnectForm",
}
# Who signs up chooses a name here.
SOCIALACCOUNT_AUTO_SIGNUP = False
# An account elsewhere opens the account that it was connected to, never one that has the same address.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True


# E-mail: printed to the console unless a server is configured

EMAIL_HOST = os.environ.get("READLIST_EMAIL_HOST", "")
EMAIL_IS_REAL = bool(EMAIL_HOST)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_IS_REAL else 'console'}.EmailBackend"
EMAIL_PORT = _number("READLIST_EMAIL_PORT", 587, minimum=1)
EMAIL_HOST_USER = os.environ.get("READLIST_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("READLIST_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = _flag("READLIST_EMAIL_TLS", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("READLIST_EMAIL_FROM") or f"readlist@{_site_url.hostname or 'localhost'}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The domain whose mails a mail server pipes to `manage.py receive_mail`; without it, mails can't be replied to.
MAIL_REPLY_DOMAIN = os.environ.get("READLIST_MAIL_REPLY_DOMAIN", "").strip().lower()
if MAIL_REPLY_DOMAIN and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", MAIL_REPLY_DOMAIN):
    raise ImproperlyConfigured("READLIST_MAIL_REPLY_DOMAIN must be a domain, as in reply.example.org.")
# Addresses can only be confirmed where e-mail is delivered.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_IS_REAL else "none"
# Notifies the old address when the password or the address changes, so that its owner notices a takeover.
ACCOUNT_EMAIL_NOTIFICATIONS = EMAIL_IS_REAL


# Whether the worker checks the links of the lists. Off by default, so that no other host is contacted unasked.
CHECK_LINKS = _flag("READLIST_CHECK_LINKS", False)


# Whether owners can have what happens in their group sent to an address of their own, such as that of a chat.
WEBHOOKS = _flag("READLIST_WEBHOOKS", True)


# What the host says about itself and about people's data, linked at the foot of every page and where people sign up.


def _page_url(name: str) -> str:
    """Returns the URL of a page, "" if there is none. Raises ImproperlyConfigured unless it is an http(s) URL."""
    url = os.environ.get(name, "").strip()
    if url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise ImproperlyConfigured(f"{name} must be a whole address, as in https://example.org/imprint.")
    return url


IMPRINT_URL = _page_url("READLIST_IMPRINT_URL")
PRIVACY_URL = _page_url("READLIST_PRIVACY_URL")


# Backups: where they go, whether the worker makes one a day, and how many of these it keeps

BACKUP_DIR = Path(os.environ.get("READLIST_BACKUPS") or DATA_DIR / "backups").expanduser().resolve()
BACKUP_DAILY = _flag("READLIST_BACKUP_DAILY", False)
BACKUP_KEEP = _number("READLIST_BACKUP_KEEP", 7, minimum=1)


# What a monitor must send to read /metrics; without it there is no such page.
METRICS_TOKEN = os.environ.get("READLIST_METRICS_TOKEN", "").strip()


# Language and time

LANGUAGE_CODE = "en-gb"
# Those with a whole catalogue in `readlist_site/locale`; English is what the source is written in.
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
FORMAT_MODULE_PATH = "readlist_site.base.languages.admin_formats"
# The language that a signed-out visitor chose, for a year.
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "readlist_site" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True


# Static files, served by WhiteNoise

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("READLIST_STATIC") or BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "readlist_site.base.web.static.StaticFiles"
    },
}


# Browser security: pages load files from this host only

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "report-uri": ["/csp-reports/"],
        "report-to": "csp",
    }
}
SECURE_SSL_REDIRECT = HTTPS
# Monitors ask the server itself, which speaks http.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]


def _hsts(default: int) -> tuple[int, bool, bool]:
    """Returns what READLIST_HSTS says: for how many seconds browsers ask this host by https alone, whether its
    subdomains are meant, too, and whether the domain may be preloaded. Raises ImproperlyConfigured if it says anything
    else, or what browsers don't preload."""
    seconds, _, scope = (os.environ.get("READLIST_HSTS") or str(default)).strip().partition(" ")
    if seconds == "off" and not scope:
        return 0, False, False
    if not seconds.isdecimal() or scope not in {"", "subdomains", "preload"}:
        raise ImproperlyConfigured(
            "READLIST_HSTS is off, or a number of seconds, which subdomains or preload may follow: 31536000 subdomains."
        )
    if scope == "preload" and int(seconds) < 365 * 24 * 3600:
        raise ImproperlyConfigured("READLIST_HSTS must be 31536000 seconds at least with preload.")
    return int(seconds), bool(scope), scope == "preload"


# By default HSTS covers this host only: subdomains and preloading are up to the owner of the domain, so the system
# checks that ask for them are silenced; and so is the one that sees our library in the place of Django's "i18n".
SECURE_HSTS_SECONDS, SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD = (
    _hsts(365 * 24 * 3600) if HTTPS else (0, False, False)
)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "templates.W003"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "readlist_site.base.web.sessions"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "readlist_site.base.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"


# Logs

# "text": lines for people; "json": an object a line, for programs. In both each line of a request has its id.
LOGS = os.environ.get("READLIST_LOGS") or "text"
if LOGS not in {"text", "json"}:
    raise ImproperlyConfigured("READLIST_LOGS is either text or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request": {"()": "readlist_site.base.web.request_id.RequestContext"},
        "limit": {"()": "readlist_site.run.log_limit.LogLimit"},
    },
    "formatters": {
        "text": {"()": "readlist_site.base.web.log_format.TextFormatter"},
        "json": {"()": "readlist_site.base.web.log_format.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["request", "limit"], "formatter": LOGS}},
    "loggers": {"readlist_site.run": {"level": "INFO"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
