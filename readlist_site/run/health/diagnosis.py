"""All checks together: for `manage.py doctor` and the page for administrators."""

from collections.abc import Iterator

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from readlist_site.run.periodic_task import TICK

from .database_checks import check_database
from .figures import Figures
from .finding import Finding, Level
from .host_checks import (
    check_demo_accounts,
    check_disk,
    check_https,
    check_permissions,
    check_proxies,
    check_secrets,
    check_site,
)
from .mail_checks import check_by_mail, check_mail_replies, check_mail_server
from .work_checks import check_backups, check_jobs, check_mails, check_worker


def diagnose(*, request: HttpRequest | None = None, mail_to: str | None = None) -> list[Finding]:
    """Runs all checks. With a request, the number of proxies is compared with what it passed; without one, the public
    address is asked. With `mail_to`, a test mail is sent there. While the database is away, what only it knows is left
    out. Writes nothing."""
    found = list(check_database())
    if {"database_missing", "database_away"}.isdisjoint(each.code for each in found):
        found += _check_work()
    found += [*check_disk(), check_permissions(), *check_secrets(), *check_https()]
    found += [check_proxies(request)] if request else check_site()
    found += [*check_mail_server(), *check_mail_replies()]
    if mail_to:
        found.append(check_by_mail(mail_to))
    return found


def is_well(found: list[Finding]) -> bool:
    """Returns whether no finding is an error."""
    return all(each.level != Level.ERROR for each in found)


def _check_work() -> Iterator[Finding]:
    try:
        figures = Figures.read()
        demo_accounts = list(check_demo_accounts())
    except (DatabaseError, InterfaceError):
        return  # a table isn't there yet, which the migrations tell
    yield check_worker(figures.since(TICK), figures.now)
    yield from check_mails(figures)
    yield from check_jobs(figures)
    yield check_backups(figures)
    yield from demo_accounts
