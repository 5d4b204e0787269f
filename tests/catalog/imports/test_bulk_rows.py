"""Rows that are written in bulk are what `save` would have written, one by one."""

from datetime import UTC, datetime

import pytest
from django.forms.models import model_to_dict

from catalog.imports import bulk_rows
from catalog.outline.entry import Entry, RelatedLink
from catalog.outline.section import Section
from catalog.sources.source import Source

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 3, 9, 12, 0, 30, 17, tzinfo=UTC)


def source(number: int, **values) -> Source:
    return Source(canonical_url=f"a.org/{number}", url=f"https://a.org/{number}", listed_title="T", **values)


def columns(row) -> dict:
    return {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}


def test_new_rows_have_all_their_values_and_point_at_rows_that_were_new_themselves(reading_list):
    topic = Section(list=reading_list, level=2, position=900, kind=Section.Kind.TOPIC, title="T 100 % “ok”")
    paper, old = source(1, kind=Source.Kind.PAPER, authors=["Ada"]), source(2, year=2026)
    entries = [
        Entry(section=topic, topic=topic, source=paper, position=1, title="A"),
        Entry(section=topic, topic=topic, source=old, position=2, title="B", reread=True, retired_at=WHEN),
    ]
    entries[1].last_imported = {"why": "so", "url": None}
    links = [RelatedLink(entry=entry, position=1, title="code", url="https://c.org/") for entry in entries]
    for rows in [[topic], [entry.source for entry in entries], entries, links]:
        bulk_rows.insert(rows)
    for row in [topic, *(entry.source for entry in entries), *entries, *links]:
        assert columns(type(row).objects.get(pk=row.pk)) == columns(row)
        assert not row._state.adding
    assert list(Entry.objects.get(pk=entries[1].pk).related_links.values_list("title", flat=True)) == ["code"]


def test_more_rows_than_one_statement_takes_keep_their_order():
    rows = [source(number) for number in range(1_200)]
    bulk_rows.insert(rows)
    found = dict(Source.objects.filter(canonical_url__startswith="a.org/").values_list("pk", "canonical_url"))
    assert [found[row.pk] for row in rows] == [row.canonical_url for row in rows]


def test_a_row_that_is_there_already_stays_as_it_is():
    first = source(1, title="First")
    first.save()
    bulk_rows.insert([source(1, title="Second"), source(2, title="Third")], ignore_conflicts=True)
    assert sorted(Source.objects.filter(canonical_url__startswith="a.org/").values_list("title", flat=True)) == [
        "First",
        "Third",
    ]


def test_an_update_writes_the_named_columns_and_no_others():
    rows = [source(number) for number in range(3)]
    bulk_rows.insert(rows)
    for row in rows:
        row.authors, row.year, row.title = ["Mei-Ling"], 2026, "Not written"
    bulk_rows.update(rows[:2], {"authors", "year"})
    kept = [model_to_dict(Source.objects.get(pk=row.pk), ["authors", "year", "title"]) for row in rows]
    changed, same = {"authors": ["Mei-Ling"], "year": 2026, "title": ""}, {"authors": [], "year": None, "title": ""}
    assert kept == [changed, changed, same]


def test_nothing_is_written_for_no_rows(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk_rows.insert([])
