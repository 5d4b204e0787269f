"""Checks of this host and its settings: disk space, permissions, secrets, https, proxies."""

import os
import shutil
from collections.abc import Iterator

import urllib3
from django.conf import settings
from django.http import HttpRequest

from readlist_site.base.accounts.models import User
from readlist_site.run.preflight import PRIVATE

from .finding import Finding, Level, error, ok, warning

DISK_WARNING, DISK_ERROR = 1 << 30, 200 << 20  # bytes
SHORTEST_KEY, FEWEST_CHARACTERS = 50, 10
SHORTEST_TOKEN = 20
TIMEOUT = 5


def check_disk() -> Iterator[Finding]:
    """Checks the space where data, media and backups are kept; one finding for each file system."""
    seen = set()
    for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.BACKUP_DIR):
        there = next(each for each in (folder, *folder.parents) if each.exists())
        if there.stat().st_dev in seen:
            continue
        seen.add(there.stat().st_dev)
        free = shutil.disk_usage(there).free
        facts = {"folder": str(folder), "free": free}
        if free >= DISK_WARNING:
            yield ok("disk", **facts)
        else:
            yield Finding("disk_low", Level.ERROR if free < DISK_ERROR else Level.WARNING, facts)


def check_permissions() -> Finding:
    """Checks that no other user of this machine can read what Readlist keeps: folders and files are closed, and belong
    to who runs this."""
    data = settings.DATA_DIR
    kept = [data, settings.MEDIA_ROOT, settings.BACKUP_DIR, settings.ERASURE_LOG, *(data / name for name in PRIVATE)]
    there = [path for path in dict.fromkeys(kept) if path.exists()]
    closed = {path for path in there if not path.stat().st_mode & 0o077}
    # What lies in a closed folder is closed.
    if opened := sorted(str(path) for path in there if path not in closed and closed.isdisjoint(path.parents)):
        return error("open_to_others", path=opened[0], count=len(opened))
    if foreign := sorted(str(path) for path in there if path.stat().st_uid != os.geteuid()):
        return warning("owned_by_another", path=foreign[0], count=len(foreign))
    return ok("permissions")


def check_secrets() -> Iterator[Finding]:
    """Checks the secret key and the token for monitors."""
    key = settings.SECRET_KEY
    if key.startswith(("only-for-tests", "django-insecure")):
        yield error("secret_key_known")
    elif len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS:
        yield error("secret_key_short", length=len(key), least=SHORTEST_KEY)
    else:
        yield ok("secret_key")
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < SHORTEST_TOKEN:
        yield warning("metrics_token_short", least=SHORTEST_TOKEN)


def check_demo_accounts() -> Iterator[Finding]:
    """Checks that nobody can sign in to a hosted instance with the demo group's password. One query."""
    if settings.HOSTED and User.objects.filter(is_demo=True, is_active=True).exists():
        yield error("demo_accounts")


def check_https() -> Iterator[Finding]:
    """Checks what the settings say of https, cookies and debug pages."""
    if settings.HOSTED and settings.DEBUG:
        yield error("debug")
    if not settings.HOSTED:
        yield ok("this_machine_only")
    elif not settings.HTTPS:
        yield warning("no_https", url=settings.SITE_URL)
    elif not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield error("cookies_open")
    else:
        yield ok("https")


def check_proxies(request: HttpRequest) -> Finding:
    """Compares the number of proxies that this request has passed with READLIST_PROXIES."""
    found = len([part for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()])
    if found == settings.PROXIES:
        return ok("proxies", count=found)
    level = Level.ERROR if found < settings.PROXIES else Level.WARNING
    return Finding("proxies_wrong", level, {"count": found, "expected": settings.PROXIES})


def check_site() -> Iterator[Finding]:
    """Asks the public address whether Readlist answers there, as a visitor's browser would."""
    if not settings.HOSTED:
        return
    facts = {"url": settings.SITE_URL}
    try:
        with urllib3.PoolManager() as pool:
            response = pool.request(
                "GET", f"{settings.SITE_URL}/healthz", timeout=TIMEOUT, retries=False, redirect=False
            )
    except (urllib3.exceptions.HTTPError, OSError) as failed:
        yield warning("site_away", **facts, error=type(failed).__name__)
        return
    if response.status == 200 and response.data == b"ok":
        yield ok("site", **facts)
    else:
        yield warning("site_away", **facts, error=str(response.status))
