"""Several querysets as one statement, built once.

Most of what a page with many small queries costs is not the database: Django builds each queryset and its SQL anew, and
each is a way there and back. `Together` builds them once a process, and then only puts the arguments in; `answers` asks
what several of them ask by a single statement."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Expression, Model, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

# Stand for arguments while the querysets are built: numbers, dates and texts that occur nowhere else.
_NUMBER, _DATE = 2_046_340_000, datetime(1907, 1, 1, tzinfo=UTC)
_TEXT = "argument \x02 "
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:")
_PLACEHOLDER = re.compile(r"(?<!%)%s")
# PostgreSQL's functions take no more.
_MOST_COLUMNS = 100
_PLAIN = {
    "AutoField", "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "EmailField", "ForeignKey",
    "IntegerField", "OneToOneField", "PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField",
    "SlugField", "SmallIntegerField", "TextField", "URLField",
}  # fmt: skip

_names = count()


class Text(str):
    """A text as an argument. A plain text is something to decide by."""

    __slots__ = ()


class RowsOf(Expression):
    """In one of several querysets: the values that an earlier one has in a column, for `__in` (or, of a single row, to
    compare with). The database finds that one's rows once, whoever uses them."""

    output_field = BigIntegerField()

    def __init__(self, queryset: QuerySet, column: int = 0) -> None:
        super().__init__()
        self.queryset, self.column = queryset, column

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        return f"(SELECT c{self.column} FROM {self.queryset.table})", []  # noqa: S608

    def as_postgresql(self, compiler, connection) -> tuple[str, list]:
        """As an array, so that the rows are read once and then looked up by the index: it has no statistics of them,
        and else may read them again for each row of the other table."""
        sql, params = self.as_sql(compiler, connection)
        return f"(SELECT unnest(ARRAY{sql}))", params


class _Part:
    """One queryset: its SQL, and how its rows become what it would have returned."""

    def __init__(self, queryset: QuerySet, using: str) -> None:
        if queryset._prefetch_related_lookups or queryset._known_related_objects:
            raise ValueError("A queryset with prefetches can't be one of several.")
        # The name by which others of the same statement know its rows.
        self.table = queryset.table = f"q{next(_names)}"
        compiler = queryset.query.get_compiler(using)
        try:
            self.sql, self.params = compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.params = "SELECT NULL WHERE 1 = 0", ()
            self.width, self.types, self.converters, self.iterable = 1, [""], [], ValuesListIterable
            return
        self.width = len(compiler.select)
        if self.width >= _MOST_COLUMNS:
            raise ValueError(f"{self.width} columns are too many.")
        fields = [expression for expression, *_ in compiler.select]
        self.types = [_type(field) for field in fields]
        self.converters = list(compiler.get_converters(fields).items())
        self.iterable, self.using = queryset._iterable_class, using
        if self.iterable is ModelIterable:
            info = compiler.klass_info
            columns = info["select_fields"]
            self.model, self.first, self.last = info["model"], columns[0], columns[-1] + 1
            self.names = [field.target.attname for field in fields[self.first : self.last]]
            self.related = get_related_populators(info, compiler.select, using)
            self.annotations = list(compiler.annotation_col_map.items())
        elif self.iterable not in {ValuesListIterable, FlatValuesListIterable}:
            raise ValueError("Use a queryset of objects, or values_list().")

    def found(self, rows: Iterable[Sequence], connection) -> Iterator[Any]:
        for row in map(list, rows):
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


def _type(expression) -> str:
    kind = expression.output_field.get_internal_type()
    if kind not in _PLAIN and kind not in {"DateTimeField", "JSONField", "UUIDField"}:
        raise ValueError(f"A {kind} can't be selected together with others.")
    return kind


class _Built:
    """The querysets of one `Together`: their parts, and what stands at each place of a parameter, a name of an argument
    or a value."""

    def __init__(self, querysets: Sequence[QuerySet], using: str, marks: dict[Any, str] | None) -> None:
        self.parts = [_Part(each, using) for each in querysets]
        self.params: list[tuple[str | None, Any]] = [
            (None, param) if marks is None else _argument(param, marks) for part in self.parts for param in part.params
        ]


def _argument(param: Any, marks: dict[Any, str]) -> tuple[str | None, Any]:
    """The name of the argument that a parameter stands for, or the parameter itself."""
    name = marks.get(param) if isinstance(param, int | str | datetime) and not isinstance(param, bool) else None
    if name is None and _would_differ(param):
        raise ValueError(f"Neither an argument nor always the same: {param!r}.")
    return name, param


def _would_differ(param: Any) -> bool:
    """Whether a parameter was computed of an argument, or is a moment that wasn't given as one."""
    if isinstance(param, str):
        return _TEXT in param or bool(_MOMENT.match(param))
    return isinstance(param, datetime) or (isinstance(param, int) and abs(param - _NUMBER) < 1_000)


class _Statement:
    """All parts of some `_Built`s as one statement."""

    def __init__(self, parts: list[_Part], using: str) -> None:
        self.parts = parts
        # One alone is asked as Django would.
        self.is_alone = len(parts) == 1
        self.as_json = connections[using].vendor == "postgresql" and not self.is_alone
        if self.is_alone:
            self.sql = parts[0].sql
        else:
            self.sql = (_as_json if self.as_json else _side_by_side)(parts)
        self.between = _PLACEHOLDER.split(self.sql)

    def rows(self, params: list, using: str) -> list[list]:
        connection = connections[using]
        with connection.cursor() as cursor:
            cursor.execute(*self._filled_in(params))
            found = cursor.fetchall()
        rows: list[list] = [[] for _ in self.parts]
        if self.is_alone:
            rows[0] = found
        elif self.as_json:
            for place, row in found:
                rows[place].append(row)
        else:
            for place, *row in found[1:]:
                rows[place].append(row[: self.parts[place].width])
        return [
            list(part.found(_from_json(part, found) if self.as_json else found, connection)) if found else []
            for part, found in zip(self.parts, rows, strict=True)
        ]

    def _filled_in(self, given: list) -> tuple[str, list]:
        """The SQL and its parameters. Where a list stands, the place of one parameter becomes as many as it has."""
        if not any(isinstance(value, list) for value in given):
            return self.sql, given
        params: list[Any] = []
        sql = [self.between[0]]
        for value, after in zip(given, self.between[1:], strict=True):
            values = (value or [None]) if isinstance(value, list) else [value]
            params += values
            sql += [", ".join(["%s"] * len(values)), after]
        return "".join(sql), params


def _with(parts: list[_Part]) -> str:
    """The querysets as common table expressions, their columns named by number: SQL has no other way that both engines
    know to tell two columns of one name apart."""
    tables = (f"{part.table} ({', '.join(f'c{column}' for column in range(part.width))}) AS ({part.sql})"
              for part in parts)  # fmt: skip
    return f"WITH {', '.join(tables)} "


def _side_by_side(parts: list[_Part]) -> str:
    """SQLite types each value by itself, so that rows of all kinds fit into one result. Its first row is empty: by its
    columns the driver decides how to convert."""
    width = max(part.width for part in parts)
    rows = [f"SELECT -1{', NULL' * width}"]
    for place, part in enumerate(parts):
        columns = "".join(f", c{column}" for column in range(part.width))
        rows.append(f"SELECT {place}{columns}{', NULL' * (width - part.width)} FROM {part.table}")  # noqa: S608
    return _with(parts) + " UNION ALL ".join(rows)


def _as_json(parts: list[_Part]) -> str:
    """PostgreSQL wants one type for each column of the result: a row becomes an array."""
    rows = []
    for place, part in enumerate(parts):
        columns = ", ".join(
            f"c{column}::text" if kind == "JSONField" else f"c{column}" for column, kind in enumerate(part.types)
        )
        rows.append(f"SELECT {place}, json_build_array({columns})::text FROM {part.table}")  # noqa: S608
    return _with(parts) + " UNION ALL ".join(rows)


def _from_json(part: _Part, rows: Iterable[str]) -> Iterator[list]:
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


class Together:
    """A function of named arguments that returns the results of several querysets as lists, by one statement.

    `build` returns the querysets. It is called once for each kind of arguments and database, with stand-ins for the
    numbers, dates, objects and `Text`s among them (an object has nothing but its primary key), and for lists of
    numbers, which are for `__in`. It must pass these on to the querysets as they are, and decide nothing by them. Other
    arguments (a flag, a word, None) are what it may decide by."""

    def __init__(self, build: Callable[..., Sequence[QuerySet]]) -> None:
        self.build = build
        self.__doc__ = build.__doc__
        self._built: dict[tuple, _Built] = {}

    def __call__(self, **arguments: Any) -> list[list]:
        (rows,) = answers(self.ask(**arguments))
        return rows

    def ask(self, **arguments: Any) -> "Ask":
        """Returns what this would ask, for `answers`."""
        connection = connections[DEFAULT_DB_ALIAS]
        values, kind = {}, [connection.vendor]
        for name, value in arguments.items():
            if isinstance(value, Model):
                values[name] = value.pk
            elif isinstance(value, datetime):
                values[name] = connection.ops.adapt_datetimefield_value(value)
            elif isinstance(value, int | Text | list) and not isinstance(value, bool):
                values[name] = value
            kind.append(value.__class__ if name in values else value)
        key = tuple(kind)
        built = self._built.get(key)
        if built is None:
            # Of two threads that build the same at once, both use what the first has kept.
            built = self._built.setdefault(key, self._build(arguments))
        return Ask(built, [values[name] if name else value for name, value in built.params])

    def _build(self, arguments: dict[str, Any]) -> _Built:
        using = DEFAULT_DB_ALIAS
        given, marks = {}, {}
        for place, (name, value) in enumerate(arguments.items()):
            if isinstance(value, datetime):
                given[name] = _DATE + timedelta(seconds=place, microseconds=1)
                marks[connections[using].ops.adapt_datetimefield_value(given[name])] = name
            elif isinstance(value, Model):
                marks[_NUMBER + place] = name
                given[name] = value.__class__(pk=_NUMBER + place)
            elif isinstance(value, Text):
                given[name] = f"{_TEXT}{place}"
                marks[given[name]] = name
            elif isinstance(value, int | list) and not isinstance(value, bool):
                marks[_NUMBER + place] = name
                given[name] = [_NUMBER + place] if isinstance(value, list) else _NUMBER + place
            else:
                given[name] = value
        return _Built(self.build(**given), using, marks)


@dataclass(frozen=True, slots=True)
class Ask:
    """A `Together` with its arguments."""

    built: _Built
    params: list


_statements: dict[tuple[_Built, ...], _Statement] = {}


def answers(*asks: Ask) -> list[list[list]]:
    """Returns what each of these asks for, all of it by one statement."""
    key = tuple(each.built for each in asks)
    statement = _statements.get(key)
    if statement is None:
        parts = [part for each in asks for part in each.built.parts]
        statement = _statements[key] = _Statement(parts, DEFAULT_DB_ALIAS)
    rows = iter(statement.rows([param for each in asks for param in each.params], DEFAULT_DB_ALIAS))
    return [[next(rows) for _ in each.built.parts] for each in asks]


def fetched_together(*querysets: QuerySet) -> list[list]:
    """Returns the results of these querysets as lists, by one statement, whatever their arguments are."""
    built = _Built(querysets, DEFAULT_DB_ALIAS, None)
    return _Statement(built.parts, DEFAULT_DB_ALIAS).rows([param for _, param in built.params], DEFAULT_DB_ALIAS)


def attach(instance: Model, name: str, objects: Iterable[Model]) -> None:
    """Sets what `instance.<name>.all()` returns, as a prefetch does."""
    if not hasattr(instance, "_prefetched_objects_cache"):
        instance._prefetched_objects_cache = {}
    found = getattr(instance, name).get_queryset()
    found._result_cache, found._prefetch_done = list(objects), True
    instance._prefetched_objects_cache[name] = found
