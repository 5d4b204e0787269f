# ruff: noqa: S608
"""What the database does itself with what belongs to a membership, so that servers of the release before, which don't
know these tables and columns, can add and delete memberships, threads, topics and sources beside this one.

What a member has read and follows is deleted with the membership, and with the thread, topic or source that it is of.
What was posted before somebody joined is read: `Membership.read_to` becomes the newest post of the group."""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .trigger_set import TriggerSet

# Part of the names. Raise it when the SQL below changes: the next migrate then replaces what is there.
VERSION = 3
PREFIX = "groups_membership_"

# By table: the tables and columns that refer to it.
_DEPENDENTS = {
    "groups_membership": (("groups_readposition", "membership_id"), ("groups_follow", "membership_id")),
    "groups_thread": (
        ("groups_readposition", "thread_id"),
        ("groups_follow", "thread_id"),
        ("groups_threadlogentry", "thread_id"),
    ),
    "groups_post": (("groups_reaction", "post_id"),),
    "catalog_section": (("groups_follow", "topic_id"),),
    "catalog_source": (("groups_follow", "source_id"),),
}
_TABLES = {*_DEPENDENTS, *(table for dependents in _DEPENDENTS.values() for table, _ in dependents)}

_JOIN = f"{PREFIX}insert_{VERSION}"
_DELETE = {table: f"{PREFIX}of_{table}_{VERSION}" for table in _DEPENDENTS}
_NEWEST = "COALESCE((SELECT max(latest_id) FROM groups_thread WHERE group_id = NEW.group_id), 0)"


def _deletions(table: str) -> str:
    return " ".join(f"DELETE FROM {name} WHERE {column} = OLD.id;" for name, column in _DEPENDENTS[table])


_SQLITE = [
    f"""CREATE TRIGGER {_JOIN} AFTER INSERT ON groups_membership WHEN NEW.read_to = 0 BEGIN
        UPDATE groups_membership SET read_to = {_NEWEST} WHERE id = NEW.id;
    END""",
    *(
        f"CREATE TRIGGER {name} BEFORE DELETE ON {table} BEGIN {_deletions(table)} END"
        for table, name in _DELETE.items()
    ),
]
_FUNCTION = "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} END $$"
_POSTGRESQL = [
    _FUNCTION.format(_JOIN, f"NEW.read_to := {_NEWEST}; RETURN NEW;"),
    f"""CREATE TRIGGER {_JOIN} BEFORE INSERT ON groups_membership
        FOR EACH ROW WHEN (NEW.read_to = 0) EXECUTE FUNCTION {_JOIN}()""",
    *(_FUNCTION.format(name, f"{_deletions(table)} RETURN OLD;") for table, name in _DELETE.items()),
    *(
        f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        for table, name in _DELETE.items()
    ),
]

TRIGGERS = TriggerSet(PREFIX, [_JOIN, *_DELETE.values()], _SQLITE, _POSTGRESQL)


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers, unless they are there already. In a database that lacks a table, as after migrating
    backwards, drop them instead."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    if not tables >= _TABLES:
        TRIGGERS.drop(connection)
    elif not TRIGGERS.is_complete(connection):
        with transaction.atomic(using=connection.alias):
            TRIGGERS.renew(connection)
