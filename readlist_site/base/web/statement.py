"""Several querysets as parts of one SQL statement, whose rows become what each queryset would have returned."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
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
            self.sql, self.params, self.columns, self.number = "SELECT NULL WHERE 1 = 0", (), 1, "0"
            self.width, self.types, self.converters, self.iterable = 1, [""], [], ValuesListIterable
            return
        self.width = len(compiler.select)
        self.columns, self.number = self.width + order.added, order.number
        if self.width >= _MOST_COLUMNS:
            raise ValueError(f"{self.width} columns are too many.")
        fields = [expression for expression, *_ in compiler.select]
        self.types = [_type(field) for field in fields]
        self.converters = list(compiler.get_converters(fields).items())
        self.iterable, self.using = queryset._iterable_class, using
        if self.iterable is ModelIterable:
            info = compiler.klass_info
            columns = info["select_fields"]
            self.model, self.first, self.last = _Maker(info["model"]), columns[0], columns[-1] + 1
            self.names = [field.target.attname for field in fields[self.first : self.last]]
            self.related = _made_plainly(get_related_populators(info, compiler.select, using))
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

    def found(self, rows: Iterable[Sequence], connection) -> Iterator[Any]:
        for row in rows:
            row = list(row[: self.width])
            for place, (converters, expression) in self.converters:
                value = row[place]
                for converter in converters:
                    value = converter(value, expression, connection)
                row[place] = value
            if self.iterable is ValuesListIterable:
                yield tuple(row)
            elif self.iterable is FlatValuesListIterable:
                yield row[0]
            else:
                yield self._object(row)

    def _object(self, row: list) -> Model:
        found = self.model.from_db(self.using, self.names, row[self.first : self.last])
        for populator in self.related:
            populator.populate(row, found)
        for name, place in self.annotations:
            setattr(found, name, row[place])
        return found


class _Maker:
    """Stands for a model where an object is made of a row: sets its columns, and nothing else. `Model.__init__` asks so
    much of each that it takes most of the time of a page's rows. Models that do something of their own then make their
    objects themselves."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.is_plain = (
            model.__init__ is Model.__init__
            and model.from_db.__func__ is Model.from_db.__func__
            and not pre_init.has_listeners(model)
            and not post_init.has_listeners(model)
        )

    def from_db(self, using: str, names: list[str], values: Sequence) -> Model:
        if not self.is_plain:
            return self.model.from_db(using, names, values)
        found = self.model.__new__(self.model)
        found._state = state = ModelState()
        state.adding, state.db = False, using
        vars(found).update(zip(names, values, strict=True))
        return found


def _made_plainly(populators: list[RelatedPopulator]) -> list[RelatedPopulator]:
    """Have the objects of joined rows made plainly, too."""
    for each in populators:
        each.model_cls = _Maker(each.model_cls)
        _made_plainly(each.related_populators)
    return populators


def _literal(value: Any) -> str | None:
    """Return a value as SQL, with "%" doubled; None if it has another form in each database."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, str) and value.isprintable() and "\\" not in value:
        return "'" + value.replace("'", "''").replace("%", "%%") + "'"
    return None


def _type(expression) -> str:
    kind = expression.output_field.get_internal_type()
    if kind not in _PLAIN and kind not in {"DateTimeField", "JSONField", "UUIDField"}:
        raise ValueError(f"A {kind} can't be selected together with others.")
    return kind


class _Order:
    """The order of a queryset as a number of each row: what orders them are columns after those that it selects. The
    rows of several querysets in one result come in no order but that of the result."""

    def __init__(self, compiler: SQLCompiler) -> None:
        self.compiler, self.added, self.number = compiler, 0, "0"
        compiler.get_extra_select = self._columns

    def _columns(self, order_by: list[tuple], select: list[tuple]) -> list[tuple]:
        """Return the columns to add, in the form of the compiler's own method, and set `number`."""
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
        if terms:
            self.number = f"row_number() OVER (ORDER BY {', '.join(terms)})"
        self.added = len(added)
        return added


class Statement:
    """All parts as one statement."""

    def __init__(self, parts: list[Part], using: str) -> None:
        self.parts = parts
        # One alone is asked as Django would.
        self.is_alone = len(parts) == 1
        self.has_arrays = connections[using].vendor == "postgresql"
        self.as_json = self.has_arrays and not self.is_alone
        if self.is_alone:
            self.sql = parts[0].sql
        else:
            self.sql = (_as_json if self.as_json else _side_by_side)(parts)
        self.between = _PLACEHOLDER.split(self.sql)

    def rows(self, params: list, using: str) -> list[list]:
        connection = connections[using]
        sql, params = self._filled_in(params)
        # PostgreSQL takes five times as long to plan most of these statements as to run them.
        is_always_the_same = self.as_json and sql is self.sql
        with preparing_cursor(connection) if is_always_the_same else connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        rows: list[list] = [[] for _ in self.parts]
        if self.is_alone:
            rows[0] = found
        elif self.as_json:
            for place, _, row in found:
                rows[place].append(row)
        else:
            for place, _, *row in found[1:]:
                rows[place].append(row)
        return [
            list(part.found(_from_json(part, found) if self.as_json else found, connection)) if found else []
            for part, found in zip(self.parts, rows, strict=True)
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


def _side_by_side(parts: list[Part]) -> str:
    """SQLite types each value by itself, so that rows of all kinds fit into one result. Its first row is empty: by its
    columns the driver decides how to convert."""
    width = max(part.width for part in parts)
    rows = [f"SELECT -1, 0{', NULL' * width}"]
    for place, part in enumerate(parts):
        columns = "".join(f", c{column}" for column in range(part.width)) + ", NULL" * (width - part.width)
        rows.append(f"SELECT {place}, {part.number}{columns} FROM {part.table}")  # noqa: S608
    return _with(parts) + " UNION ALL ".join(rows) + " ORDER BY 1, 2"


def _as_json(parts: list[Part]) -> str:
    """PostgreSQL wants one type for each column of the result: a row becomes an array."""
    rows = []
    for place, part in enumerate(parts):
        columns = ", ".join(
            f"c{column}::text" if kind == "JSONField" else f"c{column}" for column, kind in enumerate(part.types)
        )
        rows.append(f"SELECT {place}, {part.number}, json_build_array({columns})::text FROM {part.table}")  # noqa: S608
    return _with(parts) + " UNION ALL ".join(rows) + " ORDER BY 1, 2"


def _from_json(part: Part, rows: Iterable[str]) -> Iterator[list]:
    """The rows as the driver would have given them."""
    others = [(place, kind) for place, kind in enumerate(part.types) if kind in {"DateTimeField", "UUIDField"}]
    for row in rows:
        values = json.loads(row)
        for place, kind in others:
            if values[place] is not None:
                values[place] = (
                    datetime.fromisoformat(values[place]) if kind == "DateTimeField" else UUID(values[place])
                )
        yield values


def parts_of(querysets: Sequence[QuerySet], table: str, using: str) -> list[Part]:
    """Return the parts of a statement. `table`: a name that no other statement of the process has."""
    return [Part(each, f"{table}_{place}", using) for place, each in enumerate(querysets)]
