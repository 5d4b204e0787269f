"""Pages read no more rows than they show, however many there are: how the database finds what they ask for."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from readlist_site.base.accounts.models import User
from readlist_site.base.web import statement
from readlist_site.base.web.prepared_statements import preparing_cursor
from tests import factories
from tests.bench.seed import World
from tests.length import FULL

POSTS = 100_000 if FULL else 10_000
# As many rows a node of a plan may read or sort: more than any page shows (twelve members have 1,260 readings of the
# sources of a topic), and less than a quiet group has posts.
MOST = 1_500
# What a node of a plan says of the rows it reads in one loop.
COUNTS = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
# Tables with more rows the more groups there are. Of sources and headings there are as many as a list has.
GROWING = {
    "accounts_user", "groups_claim", "groups_group", "groups_membership", "groups_post", "groups_review",
    "groups_reviewround", "groups_submission", "groups_thread", "groups_verdict", "notes_answer", "notes_reading",
    "notes_revision", "notes_summary", "notices_notification",
}  # fmt: skip


@pytest.fixture
def world(db):
    made = World(POSTS)
    made.fill()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As it does by itself, sooner or later; SQLite never.
            cursor.execute("ANALYZE")
            # In a table of a few hundred rows all are read where an index would find them, too.
            cursor.execute("SET LOCAL enable_seqscan = off")
    return made


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.every_engine
@pytest.mark.timeout(600)
def test_no_page_reads_or_sorts_more_rows_than_it_could_show(world, kept):
    clients = {None: Client()}
    for person in User.objects.filter(pk__in=[world.mira.pk, world.quinn.pk]):
        clients[person.pk] = factories.begin_session(Client(), person)
    wrong, explained = [], 0
    for name, who, url, _, _ in world.pages():
        if url == world.toggled:
            continue
        clients[who].get(url)
        kept.clear()
        assert clients[who].get(url).status_code == 200, url
        # With few posts, a plan that has to fit all groups may well read all rounds.
        for sql, params in list(kept) if FULL else []:
            explained += 1
            wrong += [f"{name}: {fault}: {sql[:160]}" for fault in set(faults(*as_kept(sql, params)))]
        with CaptureQueriesContext(connection) as queries:
            assert clients[who].get(url).status_code == 200, url
        for query in queries:
            if query["sql"].startswith(("SELECT", "WITH", "\nWITH")):
                wrong += [f"{name}: {fault}: {query['sql'][:160]}" for fault in set(faults(query["sql"]))]
    assert not wrong, "\n".join(wrong)
    assert bool(explained) == (FULL and connection.vendor == "postgresql")


@pytest.fixture
def kept(monkeypatch) -> list[tuple[str, list]]:
    """The statements whose plans PostgreSQL keeps, with their parameters, as they are asked."""
    asked = []

    def cursor_of(connection):
        cursor = preparing_cursor(connection)
        if not connection.queries_logged:
            execute = cursor.execute
            cursor.execute = lambda sql, params: (asked.append((sql, params)), execute(sql, params))[1]
        return cursor

    monkeypatch.setattr(statement, "preparing_cursor", cursor_of)
    return asked


def as_kept(sql: str, params: list) -> tuple[str, list]:
    """How to run a statement by the plan that PostgreSQL keeps of it, which fits any parameters; and with which."""
    number = count(1)
    numbered = re.sub("%[s%]", lambda found: f"${next(number)}" if found[0] == "%s" else "%", sql)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name = 'kept'")
        if cursor.fetchone():
            cursor.execute("DEALLOCATE kept")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(
            f"PREPARE kept ({', '.join(map(type_of, params))}) AS {numbered}" if params else f"PREPARE kept AS {sql}"
        )
    places = ", ".join(["%s"] * len(params))
    return f"EXECUTE kept ({places})" if params else "EXECUTE kept", params


def type_of(param) -> str:
    """The type that psycopg gives a parameter."""
    if isinstance(param, list):
        return f"{type_of(param[0]) if param else 'int8'}[]"
    of = {bool: "bool", int: "int8", datetime: "timestamptz", date: "date"}
    return of.get(type(param), "unknown")


def faults(sql: str, params: list | None = None) -> Iterator[str]:
    """What is wrong with the plan of a statement, as the engine explains it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            for *_, detail in cursor.cursor.fetchall():
                verb, _, rest = detail.partition(" ")
                if verb == "SCAN" and rest.split()[0] in GROWING and "USING" not in rest:
                    yield detail
            return
        cursor.cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        (plan,) = cursor.cursor.fetchone()
    for node in nodes(json.loads(plan)[0]["Plan"] if isinstance(plan, str) else plan[0]["Plan"]):
        if node["Node Type"] == "Bitmap Index Scan":
            # It counts also what earlier tests rolled back. The heap scan above it counts the rows that exist.
            continue
        table, loops = node.get("Relation Name"), node.get("Actual Loops", 1)
        rows = sum(node.get(count, 0) for count in COUNTS) * loops
        if node["Node Type"] == "Seq Scan" and table in GROWING:
            yield f"reads all of {table}"
        elif "Scan" in node["Node Type"] and rows > MOST:
            yield f"reads {rows:.0f} rows of {table or node.get('CTE Name') or node.get('Alias')}"
        elif node["Node Type"] in {"Sort", "Aggregate", "Unique", "WindowAgg"} and rows > MOST:
            yield f"{node['Node Type']} of {rows:.0f} rows"


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for each in plan.get("Plans", []):
        yield from nodes(each)
