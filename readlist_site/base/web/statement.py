"""Several querysets as parts of one SQL statement, whose rows become what each queryset would have returned."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    RelatedPopulator,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.signals import post_init, pre_init
from django.db.models.sql.compiler import SQLCompiler

from .prepared_statements import preparing_cursor

_ORDERING = re.compile(r"^(.*)(\s(?:ASC|DESC).*)$", re.DOTALL)
_PLACEHOLDER = re.compile(r"(?<!%)%s")
# PostgreSQL's functions take no more.
_MOST_COLUMNS = 100
_PLAIN = {
    "AutoField", "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "EmailField", "ForeignKey",
    "IntegerField", "OneToOneField", "PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField",
    "SlugField", "SmallIntegerField", "TextField", "URLField",
}  # fmt: skip


class Part:
    """One queryset: its SQL, and how its rows become what it would have returned. `table`: the name by which others of
    the same statement know its rows."""

    def __init__(self, queryset: QuerySet, table: str, using: str) -> None:
        if queryset._prefetch_related_lookups or queryset._known_related_objects:
            raise ValueError("A queryset with prefetches can't be one of several.")
        if queryset.query.combinator:
            raise ValueError("A union can't be one of several.")
        self.table = queryset.table = table
        compiler = queryset.query.get_compiler(using)
        order = _Order(compiler)
        try:
            self.sql, self.params = compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.params, self.columns, self.order = "SELECT NULL WHERE 1 = 0", (), 1, ""
            self.width, self.types, self.iterable = 1, [""], ValuesListIterable
            self.converters, self.of_texts = [], ([], [])
            return
        self.width = len(compiler.select)
        self.columns, self.order = self.width + order.added, order.terms
        if self.width >= _MOST_COLUMNS:
            raise ValueError(f"{self.width} columns are too many.")
        fields = [expression for expression, *_ in compiler.select]
        self.types = [_type(field) for field in fields]
        self.converters = list(compiler.get_converters(fields).items())
        self.of_texts = _of_texts(self.types, self.converters, connections[using])
        self.iterable = queryset._iterable_class
        if self.iterable is ModelIterable:
            info = compiler.klass_info
            columns = info["select_fields"]
            first, last = columns[0], columns[-1] + 1
            names = [field.target.attname for field in fields[first:last]]
            self.make = _Maker(info["model"], using, names, first, last)
            self.make.related = _made_plainly(get_related_populators(info, compiler.select, using), using)
            self.annotations = list(compiler.annotation_col_map.items())
        elif self.iterable not in {ValuesListIterable, FlatValuesListIterable}:
            raise ValueError("Use a queryset of objects, or values_list().")

    def write_out(self, params: list[tuple[str | None, Any]], arrays: set[str]) -> list[tuple[str | None, Any]]:
        """Put texts and numbers that are no arguments into the SQL, and return the parameters that are left. By these
        the database decides which partial index serves; SQLite compiles a statement anew each time for one that is a
        parameter. `arrays`: the names of lists that are one parameter, of whatever length, so that the SQL stays the
        same."""
        first, *between = _PLACEHOLDER.split(self.sql)
        sql, left = [first], []
        for (name, value), after in zip(params, between, strict=True):
            literal = _literal(value) if name is None else None
            if name in arrays:
                sql[-1], literal = f"{sql[-1].removesuffix('IN (')}= ANY(", None
                after = f"::bigint[]{after}"
            sql += [literal or "%s", after]
            if literal is None:
                left.append((name, value))
        self.sql = "".join(sql)
        return left

    def found(self, rows: list[Sequence], connection, *, with_texts: bool) -> Iterator[Any]:
        """Make of rows what the queryset returns. `with_texts`: whether dates are texts in them."""
        is_object = self.iterable is ModelIterable
        read, converters = self.of_texts if with_texts else ([], self.converters)
        for row in rows:
            row = list(row)
            for place, converter in read:
                if row[place] is not None:
                    row[place] = converter(row[place])
            for place, (functions, expression) in converters:
                value = row[place]
                for converter in functions:
                    value = converter(value, expression, connection)
                row[place] = value
            if is_object:
                found = self.make(row)
                for name, place in self.annotations:
                    setattr(found, name, row[place])
                yield found
            else:
                yield row[0] if self.iterable is FlatValuesListIterable else tuple(row[: self.width])


class _Maker:
    """Makes objects of a model, of the columns `first` to `last` of a row: sets what is in them, and nothing else.
    `Model.__init__` asks so much of each that it takes most of the time of a page's rows. Models that do something of
    their own then make their objects themselves."""

    def __init__(self, model: type[Model], using: str, names: list[str], first: int, last: int) -> None:
        self.model, self.using, self.names, self.columns = model, using, names, slice(first, last)
        self.related: list[_Related] = []
        self.is_plain = (
            model.__init__ is Model.__init__
            and model.from_db.__func__ is Model.from_db.__func__
            and not pre_init.has_listeners(model)
            and not post_init.has_listeners(model)
        )

    def __call__(self, row: Sequence) -> Model:
        values = row[self.columns]
        if self.is_plain:
            found = self.model.__new__(self.model)
            state = ModelState()
            state.adding, state.db, state.fields_cache = False, self.using, {}
            found.__dict__ = dict(zip(self.names, values, strict=True), _state=state)
        else:
            found = self.model.from_db(self.using, self.names, values)
        for related in self.related:
            other = None if row[related.key] is None else related.make(row)
            related.set_here(found, other)
            if other is not None:
                related.set_there(other, found)
        return found


@dataclass(frozen=True, slots=True)
class _Related:
    """An object of joined columns: that in which its key is, how it is made, and how both get to know each other."""

    key: int
    make: _Maker
    set_here: Callable
    set_there: Callable


def _made_plainly(populators: list[RelatedPopulator], using: str) -> list[_Related]:
    """Return the same for objects that are made plainly."""
    found = []
    for each in populators:
        if each.reorder_for_init:
            raise ValueError("A parent's columns can't be one of several querysets.")
        make = _Maker(each.model_cls, using, each.init_list, each.cols_start, each.cols_end)
        make.related = _made_plainly(each.related_populators, using)
        found.append(_Related(each.cols_start + each.pk_idx, make, each.local_setter, each.remote_setter))
    return found


def _literal(value: Any) -> str | None:
    """Return a value as SQL, with "%" doubled; None if it has another form in each database."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, str) and value.isprintable() and "\\" not in value:
        return "'" + value.replace("'", "''").replace("%", "%%") + "'"
    return None


def _of_texts(types: list[str], converters: list, connection) -> tuple[list[tuple[int, Callable[[str], Any]]], list]:
    """Return, for rows that were arrays of JSON: how texts become what the driver gives, by column, and the converters
    that are left then. SQLite's driver gives texts; the converter that Django has for dates is a slow one."""
    if connection.vendor == "postgresql":
        kinds: dict[str, Callable[[str], Any]] = {"DateTimeField": datetime.fromisoformat, "UUIDField": UUID}
        return [(place, kinds[kind]) for place, kind in enumerate(types) if kind in kinds], converters
    dates = {
        place: (lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC))
        for place, (functions, _) in converters
        if functions == [connection.ops.convert_datetimefield_value] and connection.timezone == UTC
    }
    return list(dates.items()), [each for each in converters if each[0] not in dates]


def _type(expression) -> str:
    kind = expression.output_field.get_internal_type()
    if kind not in _PLAIN and kind not in {"DateTimeField", "JSONField", "UUIDField"}:
        raise ValueError(f"A {kind} can't be selected together with others.")
    return kind


class _Order:
    """The order of a queryset by columns of its rows: what orders them are columns after those that it selects. The
    rows of several querysets in one result come in no order."""

    def __init__(self, compiler: SQLCompiler) -> None:
        self.compiler, self.added, self.terms = compiler, 0, ""
        compiler.get_extra_select = self._columns

    def _columns(self, order_by: list[tuple], select: list[tuple]) -> list[tuple]:
        """Return the columns to add, in the form of the compiler's own method, and set `terms`."""
        if self.compiler._meta_ordering and self.compiler.query.group_by is not None:
            return []  # Django leaves the order out, too
        texts, aliases = [sql for _, sql, _ in select], [alias for *_, alias in select]
        added, terms = [], []
        for expression, (sql, params, is_ref) in order_by:
            term, direction = _ORDERING.search(sql).groups()
            if is_ref:
                place = aliases.index(expression.get_source_expressions()[0].refs)
            elif (term, params) in texts:
                place = texts.index((term, params))
            else:
                place = len(select) + len(added)
                added.append((expression, (term, params), None))
            terms.append(f"c{place}{direction}")
        self.added, self.terms = len(added), ", ".join(terms)
        return added


class Statement:
    """All parts as one statement."""

    def __init__(self, parts: list[Part], using: str) -> None:
        self.parts = parts
        # One alone is asked as Django would.
        self.is_alone = len(parts) == 1
        self.has_arrays = connections[using].vendor == "postgresql"
        if self.is_alone:
            self.sql = parts[0].sql
        else:
            self.sql = (_one_row_each if self.has_arrays else _row_by_row)(parts)
        self.between = _PLACEHOLDER.split(self.sql)

    def rows(self, params: list, using: str) -> list[list]:
        connection = connections[using]
        sql, params = self._filled_in(params)
        # PostgreSQL takes five times as long to plan most of these statements as to run them.
        is_prepared = self.has_arrays and not self.is_alone
        with preparing_cursor(connection) if is_prepared else connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        if self.is_alone:
            return [list(self.parts[0].found(found, connection, with_texts=False))]
        rows = _by_part(found) if self.has_arrays else _sorted_by_part(found, self.parts)
        return [
            list(part.found(of_part, connection, with_texts=True)) if of_part else []
            for part, of_part in zip(self.parts, rows, strict=True)
        ]

    def _filled_in(self, given: list) -> tuple[str, list]:
        """The SQL and its parameters. Where a list stands, the place of one parameter becomes as many as it has."""
        if self.has_arrays or not any(isinstance(value, list) for value in given):
            return self.sql, given
        params: list[Any] = []
        sql = [self.between[0]]
        for value, after in zip(given, self.between[1:], strict=True):
            values = (value or [None]) if isinstance(value, list) else [value]
            params += values
            sql += [", ".join(["%s"] * len(values)), after]
        return "".join(sql), params


def _with(parts: list[Part]) -> str:
    """The querysets as common table expressions, their columns named by number: SQL has no other way that both engines
    know to tell two columns of one name apart."""
    tables = (f"{part.table} ({', '.join(f'c{column}' for column in range(part.columns))}) AS ({part.sql})"
              for part in parts)  # fmt: skip
    return f"WITH {', '.join(tables)} "


def _values(part: Part) -> str:
    """What of a part's columns goes into an array: JSON as the text that it is stored as."""
    return ", ".join(
        f"CAST(c{column} AS text)" if kind == "JSONField" else f"c{column}" for column, kind in enumerate(part.types)
    )


def _row_by_row(parts: list[Part]) -> str:
    """For SQLite, which can't order what it puts into an array: each row as an array, with its place in the order. One
    result of all columns would be filled up with hundreds of empty values a row, and sorted with them."""
    rows = []
    for place, part in enumerate(parts):
        number = f"row_number() OVER (ORDER BY {part.order})" if part.order else "0"
        rows.append(f"SELECT {place}, {number}, json_array({_values(part)}) FROM {part.table}")  # noqa: S608
    return _with(parts) + " UNION ALL ".join(rows)


def _sorted_by_part(found: list[tuple[int, int, str]], parts: list[Part]) -> list[list[list]]:
    """What that statement has found, as rows of each part in their order."""
    texts: list[list[tuple[int, str]]] = [[] for _ in parts]
    for place, number, text in found:
        texts[place].append((number, text))
    for of_part, part in zip(texts, parts, strict=True):
        if part.order:
            of_part.sort()
    return [json.loads(f"[{','.join([text for _, text in of_part])}]") if of_part else [] for of_part in texts]


def _one_row_each(parts: list[Part]) -> str:
    """For PostgreSQL, which wants one type for each column of the result: the rows of a part as an array of arrays."""
    rows = []
    for place, part in enumerate(parts):
        order = f" ORDER BY {part.order}" if part.order else ""
        rows.append(f"SELECT {place}, json_agg(json_build_array({_values(part)}){order})::text FROM {part.table}")  # noqa: S608
    return _with(parts) + " UNION ALL ".join(rows)


def _by_part(found: list[tuple[int, str | None]]) -> list[list[list]]:
    """What that statement has found."""
    return [json.loads(text) if text else [] for _, text in sorted(found)]


def parts_of(querysets: Sequence[QuerySet], table: str, using: str) -> list[Part]:
    """Return the parts of a statement. `table`: a name that no other statement of the process has."""
    return [Part(each, f"{table}_{place}", using) for place, each in enumerate(querysets)]
