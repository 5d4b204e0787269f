"""Triggers of the database that are created after each migrate, where they are missing: see groups/apps.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class TriggerSet:
    """Triggers whose names begin with `prefix`, and the statements that create them on either engine. On PostgreSQL
    each has a function of the same name. Another version of them has other names."""

    prefix: str
    names: Sequence[str]
    sqlite: Sequence[str]
    postgresql: Sequence[str]

    def installed(self, connection: BaseDatabaseWrapper) -> dict[str, str]:
        """Return the tables of the triggers that the database has, of whatever version, by their names."""
        query = (
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
            if connection.vendor == "postgresql"
            else "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            return {name: table for name, table in sorted(cursor.fetchall()) if name.startswith(self.prefix)}

    def is_complete(self, connection: BaseDatabaseWrapper) -> bool:
        """Return whether the database has these triggers, and none of another version."""
        return sorted(self.installed(connection)) == sorted(self.names)

    def drop(self, connection: BaseDatabaseWrapper) -> None:
        """Drop the triggers, of whatever version."""
        with connection.cursor() as cursor:
            for name, table in self.installed(connection).items():
                if connection.vendor == "postgresql":
                    cursor.execute(f"DROP TRIGGER {name} ON {table}")
                    cursor.execute(f"DROP FUNCTION {name}()")
                else:
                    cursor.execute(f"DROP TRIGGER {name}")

    def renew(self, connection: BaseDatabaseWrapper) -> None:
        """Drop the triggers, of whatever version, and create these. Call it in a transaction."""
        self.drop(connection)
        with connection.cursor() as cursor:
            for statement in self.postgresql if connection.vendor == "postgresql" else self.sqlite:
                cursor.execute(statement)
