"""A site elsewhere that people have accounts at, and that speaks OpenID Connect: allauth's provider on this machine.

    python identity_provider.py PORT CALLBACK CLIENT SECRET

Whoever asks is signed in there as the cookie `person` says: a JSON object with `email`, `verified` and `name`."""

import json
import sys
from collections.abc import Callable
from urllib.parse import unquote
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


class SignedInAs:
    """Signs in whom the cookie names; they get an account the first time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from allauth.account.models import EmailAddress
        from django.contrib.auth.models import User

        if "person" in request.COOKIES:
            said = json.loads(unquote(request.COOKIES["person"]))
            names = {"email": said["email"], "first_name": said["name"]}
            request.user, _ = User.objects.get_or_create(username=said["email"], defaults=names)
            EmailAddress.objects.update_or_create(
                user=request.user, email=said["email"], defaults={"verified": said["verified"], "primary": True}
            )
        return self.get_response(request)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args) -> None:
        """Says nothing of each request."""


def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def serve(port: int, callback: str, client_id: str, secret: str) -> None:
    """Serves until the process is ended. Says so in one line once it listens."""
    apps = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "allauth"]
    settings.configure(
        SECRET_KEY="only for tests",
        ALLOWED_HOSTS=["localhost"],
        INSTALLED_APPS=[*apps, "django.contrib.messages", "allauth.account", "allauth.idp.oidc"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            f"{__name__}.SignedInAs",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        # Tables are made as they are now, in a part of the time.
        MIGRATION_MODULES=dict.fromkeys(["auth", "contenttypes", "sessions", "account", "allauth_idp_oidc"]),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        IDP_OIDC_PRIVATE_KEY=private_key(),
        USE_TZ=True,
    )
    django.setup()
    settings.ROOT_URLCONF = (path("", include("allauth.idp.urls")), path("accounts/", include("allauth.account.urls")))
    from allauth.idp.oidc.models import Client
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    client = Client(id=client_id, name="Readlist", redirect_uris=callback, skip_consent=True)
    client.scopes = client.default_scopes = "openid\nprofile\nemail"
    client.set_secret(secret)
    client.save()
    server = make_server("localhost", port, get_wsgi_application(), handler_class=Quiet)
    print(f"Listening on {port}", flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), *sys.argv[2:])
