"""Statements whose plans PostgreSQL keeps, on connections that lead to it directly.

psycopg prepares a statement once it was run as often on a connection as the setting `prepare_threshold` says: at once.
PostgreSQL then plans it once, for whichever arguments. By default it plans each of the first five runs for its own: of
a statement that asks for all of a page, planning takes many times as long as running.

Planned once, a statement may be planned with more care. By default PostgreSQL joins eight tables in any order, and the
rest as they are written: of the rounds that await review in a person's groups, the groups last, after the rounds of
all groups."""

from typing import Any

from django.db.backends.utils import CursorWrapper

# How many tables PostgreSQL may join in any order. With one more than by default, it takes a fifth longer to plan the
# statement of home, which then runs in a third of the time; with four more it takes three times as long.
_TABLES = 9


def keep_plans(connection: Any, **signal: Any) -> None:
    """Receives `connection_created`. A pooler lends a connection of the server to each transaction, and what was
    prepared on another one isn't known there: so nothing is prepared where the server's process is another one than the
    connection was told when it began."""
    if connection.vendor != "postgresql" or connection.connection.prepare_threshold is None:
        return
    with connection.connection.cursor() as cursor:
        process = cursor.execute("SELECT pg_backend_pid()").fetchone()[0]
        if process == connection.connection.info.backend_pid:
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            for limit in ("from_collapse_limit", "join_collapse_limit"):
                cursor.execute(f"SET {limit} = {_TABLES}")
        else:
            connection.connection.prepare_threshold = None


def preparing_cursor(connection: Any) -> CursorWrapper:
    """Return a cursor for a statement whose text is always the same: of PostgreSQL one that may prepare it, which
    Django's own don't. Takes a connection to either database."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    # Where statements are logged, their texts are shown with the parameters in it, which prepared ones have not.
    if connection.connection.prepare_threshold is None or connection.queries_logged:
        return connection.cursor()
    return connection._prepare_cursor(ServerBindingCursor(connection.connection))
