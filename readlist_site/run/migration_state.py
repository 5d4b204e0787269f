"""Compares the migrations that the database has with those that this code knows."""

from collections.abc import Iterable
from functools import cache

from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Migration = tuple[str, str]

# Apps of allauth that settings may switch off: what they once migrated doesn't make a database a newer one.
OPTIONAL_APPS = {"mfa", "socialaccount", "usersessions", "allauth_idp_oidc"}


@cache
def _loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


def unapplied(applied: Iterable[Migration]) -> list[Migration]:
    """Returns the migrations of this code that are not among these."""
    return sorted(_loader().graph.nodes.keys() - set(applied))


def unknown(applied: Iterable[Migration]) -> list[Migration]:
    """Returns those of these migrations that this code doesn't have: a newer version has applied them."""
    known = _loader().disk_migrations
    replaced = {name for migration in known.values() for name in migration.replaces}
    return sorted(each for each in set(applied) - known.keys() - replaced if each[0] not in OPTIONAL_APPS)


def applied_migrations() -> list[Migration]:
    """Returns the migrations that the database has, none if it is empty. One or two queries."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def refuse_newer_database() -> None:
    """Raises CommandError if a newer version of Readlist has migrated the database."""
    if newer := unknown(applied_migrations()):
        raise CommandError(
            f"A newer version of Readlist has migrated this database ({'.'.join(newer[-1])}), and this version doesn't "
            "know it. Update Readlist, or restore a backup from before that upgrade into an empty database."
        )
