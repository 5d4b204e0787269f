"""The product's settings, with what makes tests quick and keeps them on this machine."""

import os

from django.middleware import csrf

from readlist_site.settings import *  # noqa: F403
from readlist_site.settings import DATABASES, MEDIA_ROOT, MIDDLEWARE, STORAGES

# What the tests write need not survive a power cut.
if command := DATABASES["default"].get("OPTIONS", {}).get("init_command"):
    DATABASES["default"]["OPTIONS"]["init_command"] = command.replace("synchronous=FULL", "synchronous=OFF")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each process of the tests has a folder of its own, since a tick of tomorrow deletes what is left of others.
MEDIA_ROOT = MEDIA_ROOT / os.environ.get("PYTEST_XDIST_WORKER", "alone")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Only the tests in a browser collect what is served.
COLLECTED = STORAGES
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MIDDLEWARE = ["tests.shown.OnlyWhatIsShown", *MIDDLEWARE]
# A form's token is of letters that spell nothing: a name that is on no page must not stand in it by chance.
csrf.CSRF_ALLOWED_CHARS = "jqxz"
