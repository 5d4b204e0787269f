"""Checks of the database: reachable, migrated by this version, and of one mind with this host about the time."""

from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from readlist_site.base.web.log_format import error_text
from readlist_site.run.migration_state import applied_migrations, unapplied, unknown

from .finding import Finding, Level, error, ok

# Seconds that the database's clock may differ: expiry compares with the app's clock, defaults are the database's.
CLOCK_WARNING, CLOCK_ERROR = 5, 60


def check_database() -> Iterator[Finding]:
    """Checks that the database is there, its migrations and its clock. Never creates a database."""
    if connection.vendor == "sqlite" and not _exists():
        yield error("database_missing", path=connection.settings_dict["NAME"])
        return
    try:
        yield ok("database", engine=connection.display_name, version=_version())
        yield check_migrations()
        if connection.vendor == "postgresql":
            yield _check_clock()
    except (DatabaseError, InterfaceError) as away:
        yield error("database_away", error=error_text(away))


def check_migrations() -> Finding:
    """Compares the migrations of the database with those of this code; one or two queries."""
    applied = applied_migrations()
    if newer := unknown(applied):
        return error("database_newer", migration=".".join(newer[-1]))
    if missing := unapplied(applied):
        return error("migrations_unapplied", count=len(missing), migration=".".join(missing[0]))
    return ok("migrations")


def _exists() -> bool:
    name = str(connection.settings_dict["NAME"])
    return not Path(name).is_absolute() or Path(name).exists()


def _version() -> str:
    return ".".join(map(str, connection.get_database_version()))


def _check_clock() -> Finding:
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        there, after = cursor.fetchone()[0], timezone.now()
    # Within the time that the question took nobody can tell.
    seconds = max((before - there).total_seconds(), (there - after).total_seconds(), 0)
    if seconds <= CLOCK_WARNING:
        return ok("clock", seconds=round(seconds, 1))
    level = Level.ERROR if seconds > CLOCK_ERROR else Level.WARNING
    return Finding("clock_differs", level, {"seconds": round(seconds)})
