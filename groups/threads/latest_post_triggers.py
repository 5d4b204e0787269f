# ruff: noqa: S608
"""Keeps on each thread what lists of threads show of its posts: `post_count`, `latest_id`, `last_post`.

Triggers of the database write them, in the transaction and the statement that changes posts. So they are exact whoever
writes: an older version that still runs beside this one, a bulk update, a cascade. They take the thread's row lock, and
count only after that, so that simultaneous changes of one thread wait for each other.

A migration that rebuilds a table on SQLite would fail at triggers, or lose them. They are dropped before migrations
there; after each migrate, those that are missing are created and all threads are counted again (groups/apps.py)."""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .trigger_set import TriggerSet

# Part of the names. Raise it when the SQL below changes: the next migrate then replaces what is there.
VERSION = 1
PREFIX = "groups_thread_activity_"
NAMES = [f"{PREFIX}{event}_{VERSION}" for event in ("insert", "soft_delete", "move", "delete")]

_COUNT = "SELECT count(*) FROM groups_post WHERE thread_id = {0} AND deleted_at IS NULL"
_LATEST = "COALESCE((SELECT max(id) FROM groups_post WHERE thread_id = {0}), 0)"
_LAST = "SELECT max(id) FROM groups_post WHERE thread_id = {0} AND deleted_at IS NULL"


def _counted(thread: str) -> str:
    """The columns of a thread, counted anew."""
    return (
        f"post_count = ({_COUNT.format(thread)}), latest_id = {_LATEST.format(thread)}, "
        f"last_post_id = ({_LAST.format(thread)})"
    )


def _soft_deleted(greatest: str) -> str:
    """The columns of a thread after `deleted_at` of one of its posts was set or cleared."""
    return f"""post_count = post_count
            + CASE WHEN NEW.deleted_at IS NULL THEN 1 ELSE 0 END - CASE WHEN OLD.deleted_at IS NULL THEN 1 ELSE 0 END,
        last_post_id = CASE
            WHEN NEW.deleted_at IS NULL THEN {greatest}(COALESCE(last_post_id, 0), NEW.id)
            WHEN last_post_id = NEW.id THEN ({_LAST.format("NEW.thread_id")})
            ELSE last_post_id END"""


_DELETED_OR_RESTORED = "OLD.thread_id = NEW.thread_id AND (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)"

# A whole thread is counted only when posts move or many go at once: else each adds or subtracts itself, and the last
# one that is left is looked for only when it was the last that went.
_SQLITE = [
    f"""CREATE TRIGGER {NAMES[0]} AFTER INSERT ON groups_post BEGIN
        UPDATE groups_thread SET
            post_count = post_count + (NEW.deleted_at IS NULL),
            latest_id = max(latest_id, NEW.id),
            last_post_id = CASE WHEN NEW.deleted_at IS NULL THEN max(COALESCE(last_post_id, 0), NEW.id)
                ELSE last_post_id END
        WHERE id = NEW.thread_id;
    END""",
    f"""CREATE TRIGGER {NAMES[1]} AFTER UPDATE OF deleted_at, thread_id ON groups_post WHEN {_DELETED_OR_RESTORED} BEGIN
        UPDATE groups_thread SET {_soft_deleted("max")} WHERE id = NEW.thread_id;
    END""",
    f"""CREATE TRIGGER {NAMES[2]} AFTER UPDATE OF thread_id ON groups_post WHEN OLD.thread_id <> NEW.thread_id BEGIN
        UPDATE groups_thread SET {_counted("groups_thread.id")} WHERE id IN (OLD.thread_id, NEW.thread_id);
    END""",
    f"""CREATE TRIGGER {NAMES[3]} AFTER DELETE ON groups_post BEGIN
        UPDATE groups_thread SET
            post_count = post_count - (OLD.deleted_at IS NULL),
            latest_id = CASE WHEN latest_id = OLD.id THEN {_LATEST.format("OLD.thread_id")} ELSE latest_id END,
            last_post_id = CASE WHEN last_post_id = OLD.id THEN ({_LAST.format("OLD.thread_id")})
                ELSE last_post_id END
        WHERE id = OLD.thread_id;
    END""",
]

# New posts, and those that are gone, of each statement at once, so that many cost one update of their thread. In
# PL/pgSQL each statement sees what was committed before it began: what is counted after the lock is all that was
# changed before the lock was free.
_LOCK = "PERFORM id FROM groups_thread WHERE id IN ({0}) ORDER BY id FOR NO KEY UPDATE"
_POSTGRESQL = [
    f"""CREATE FUNCTION {NAMES[0]}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE groups_thread SET
            post_count = post_count + found.count,
            latest_id = GREATEST(latest_id, found.latest),
            last_post_id = GREATEST(last_post_id, found.last)
        FROM (
            SELECT thread_id, count(*) FILTER (WHERE deleted_at IS NULL) AS count, max(id) AS latest,
                max(id) FILTER (WHERE deleted_at IS NULL) AS last
            FROM changed GROUP BY thread_id
        ) found WHERE groups_thread.id = found.thread_id;
        RETURN NULL;
    END $$""",
    f"""CREATE FUNCTION {NAMES[1]}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        {_LOCK.format("NEW.thread_id")};
        UPDATE groups_thread SET {_soft_deleted("GREATEST")} WHERE id = NEW.thread_id;
        RETURN NULL;
    END $$""",
    f"""CREATE FUNCTION {NAMES[2]}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        {_LOCK.format("OLD.thread_id, NEW.thread_id")};
        UPDATE groups_thread SET {_counted("groups_thread.id")} WHERE id IN (OLD.thread_id, NEW.thread_id);
        RETURN NULL;
    END $$""",
    f"""CREATE FUNCTION {NAMES[3]}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        {_LOCK.format("SELECT thread_id FROM changed")};
        UPDATE groups_thread SET {_counted("groups_thread.id")} WHERE id IN (SELECT thread_id FROM changed);
        RETURN NULL;
    END $$""",
    f"""CREATE TRIGGER {NAMES[0]} AFTER INSERT ON groups_post REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION {NAMES[0]}()""",
    f"""CREATE TRIGGER {NAMES[1]} AFTER UPDATE OF deleted_at, thread_id ON groups_post
        FOR EACH ROW WHEN ({_DELETED_OR_RESTORED}) EXECUTE FUNCTION {NAMES[1]}()""",
    f"""CREATE TRIGGER {NAMES[2]} AFTER UPDATE OF thread_id ON groups_post
        FOR EACH ROW WHEN (OLD.thread_id <> NEW.thread_id) EXECUTE FUNCTION {NAMES[2]}()""",
    f"""CREATE TRIGGER {NAMES[3]} AFTER DELETE ON groups_post REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION {NAMES[3]}()""",
]

_DIFFER = f"""post_count <> ({_COUNT.format("groups_thread.id")})
    OR latest_id <> {_LATEST.format("groups_thread.id")}
    OR COALESCE(last_post_id, 0) <> COALESCE(({_LAST.format("groups_thread.id")}), 0)"""


TRIGGERS = TriggerSet(PREFIX, NAMES, _SQLITE, _POSTGRESQL)


def installed(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that the database has, of whatever version."""
    return list(TRIGGERS.installed(connection))


def drop(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers, of whatever version."""
    TRIGGERS.drop(connection)


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers and count all threads anew, in one transaction, unless they are there already. In a database
    that lacks the columns, as after migrating backwards, drop them instead. Nobody can write posts meanwhile."""
    if not _has_columns(connection):
        drop(connection)
    elif not TRIGGERS.is_complete(connection):
        with transaction.atomic(using=connection.alias):
            TRIGGERS.renew(connection)
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE groups_thread SET {_counted('groups_thread.id')} WHERE {_DIFFER}")


def _has_columns(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        if "groups_thread" not in connection.introspection.table_names(cursor):
            return False
        described = connection.introspection.get_table_description(cursor, "groups_thread")
    return {"post_count", "latest_id", "last_post_id"} <= {column.name for column in described}


def wrong_threads(connection: BaseDatabaseWrapper, first: int, last: int) -> list[int]:
    """Return the keys of the threads from `first` to `last` whose columns differ from what counting gives."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM groups_thread WHERE id BETWEEN %s AND %s AND ({_DIFFER}) ORDER BY id",
            [first, last],
        )
        return [key for (key,) in cursor.fetchall()]


def recount(connection: BaseDatabaseWrapper, keys: list[int]) -> None:
    """Count these threads anew. Locks them first, so that a post that is written meanwhile adds itself afterwards."""
    marks = ", ".join(["%s"] * len(keys))
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT id FROM groups_thread WHERE id IN ({marks}) ORDER BY id FOR NO KEY UPDATE", keys)
        cursor.execute(f"UPDATE groups_thread SET {_counted('groups_thread.id')} WHERE id IN ({marks})", keys)
