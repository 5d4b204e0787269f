"""Several querysets as one statement, built once.

Most of what a page with many small queries costs is not the database: Django builds each queryset and its SQL anew, and
each is a way there and back. `Together` builds them once a process, and then only puts the arguments in; `answers` asks
what several of them ask by a single statement.

What is kept must not depend on who asked first, when or where. So each is built twice, with other arguments in another
time zone: whatever then differs, and isn't an argument itself, is an error at the first call, not a page that shows
yesterday's rows or somebody else's."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import timezone as time_zone
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
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from .prepared_statements import preparing_cursor

# A date as SQLite is given it: it must be an argument, for one of today is the same in both builds.
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ORDERING = re.compile(r"^(.*)(\s(?:ASC|DESC).*)$", re.DOTALL)
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
            self.model, self.first, self.last = info["model"], columns[0], columns[-1] + 1
            self.names = [field.target.attname for field in fields[self.first : self.last]]
            self.related = get_related_populators(info, compiler.select, using)
            self.annotations = list(compiler.annotation_col_map.items())
        elif self.iterable not in {ValuesListIterable, FlatValuesListIterable}:
            raise ValueError("Use a queryset of objects, or values_list().")

    def write_out(self, params: list[tuple[str | None, Any]]) -> list[tuple[str | None, Any]]:
        """Put texts and numbers that are no arguments into the SQL, and return the parameters that are left. By these
        the database decides which partial index serves; SQLite compiles a statement anew each time for one that is a
        parameter."""
        first, *between = _PLACEHOLDER.split(self.sql)
        sql, left = [first], []
        for (name, value), after in zip(params, between, strict=True):
            literal = _literal(value) if name is None else None
            sql += [literal or "%s", after]
            if literal is None:
                left.append((name, value))
        self.sql = "".join(sql)
        return left

    def found(self, rows: Iterable[Sequence], connection) -> Iterator[Any]:
        for row in (list(row[: self.width]) for row in rows):
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


@dataclass(frozen=True)
class _StandIns:
    """Stand for arguments while the querysets are built: numbers, dates and texts that occur nowhere else."""

    number: int
    date: datetime
    text: str
    zone: time_zone

    def given(self, arguments: dict[str, Any], using: str) -> tuple[dict[str, Any], dict[Any, str]]:
        """Return the arguments to build with, and the name of each argument by the parameter that stands for it."""
        given, names = dict(arguments), {}
        for place, (name, value) in enumerate(arguments.items()):
            mark: Any = self.number + place
            match value:
                case bool():
                    continue
                case datetime():
                    given[name] = self.date + timedelta(seconds=place, microseconds=1)
                    mark = connections[using].ops.adapt_datetimefield_value(given[name])
                case Model():
                    given[name] = _only_key(value.__class__, mark, using)
                case Text():
                    mark = given[name] = _StandInText(f"{self.text}{place}")
                case list():
                    given[name] = _StandInList([mark])
                case int():
                    given[name] = mark
                case _:
                    continue
            names[mark] = name
        return given, names


_STAND_INS = (
    _StandIns(2_046_340_000, datetime(1907, 1, 1, tzinfo=UTC), "argument \x02 ", time_zone(timedelta(hours=14))),
    _StandIns(
        1_985_370_501, datetime(1911, 8, 5, 11, 7, 3, tzinfo=UTC), "other \x03 ", time_zone(-timedelta(hours=12))
    ),
)


class _StandInText(Text):
    __slots__ = ()

    def __bool__(self) -> bool:
        raise _decided("a text")


class _StandInList(list):
    def __bool__(self) -> bool:
        raise _decided("a list")


def _only_key(model: type[Model], key: int, using: str) -> Model:
    """Return an object with a key. Reading anything else of it, such as a right, raises ValueError."""

    def refuse(using=None, fields=None, from_queryset=None):
        raise _decided(f"{', '.join(fields or [])} of a {model.__name__}")

    found = model.from_db(using, [model._meta.pk.attname], [key])
    found.refresh_from_db = refuse
    return found


def _decided(what: str) -> ValueError:
    return ValueError(f"What is built once can't depend on {what}: pass what follows of it as an argument.")


class _Built:
    """The querysets of one `Together`: their parts, and what stands at each place of a parameter, a name of an argument
    or a value. Raises ValueError if anything else depends on the arguments, the time or the time zone."""

    def __init__(self, build: Callable[..., Sequence[QuerySet]], arguments: dict[str, Any], using: str) -> None:
        table = f"q{next(_names)}"
        (self.parts, params, names), (others, other_params, other_names) = (
            self._with(stand_ins, build, arguments, table, using) for stand_ins in _STAND_INS
        )
        if [part.sql for part in self.parts] != [part.sql for part in others]:
            raise ValueError(f"{build.__qualname__} builds other SQL with other arguments.")
        found: list[tuple[str | None, Any]] = []
        for param, other in zip(params, other_params, strict=True):
            name = _named(param, names)
            if name != _named(other, other_names) or (name is None and _may_differ(param, other)):
                raise ValueError(f"{build.__qualname__}: neither an argument nor always the same: {param!r}.")
            found.append((name, param))
        left = iter(found)
        self.params = [param for part in self.parts for param in part.write_out([next(left) for _ in part.params])]

    @staticmethod
    def _with(
        stand_ins: _StandIns,
        build: Callable[..., Sequence[QuerySet]],
        arguments: dict[str, Any],
        table: str,
        using: str,
    ) -> tuple[list[_Part], list, dict[Any, str]]:
        with timezone.override(stand_ins.zone):
            given, names = stand_ins.given(arguments, using)
            parts = _parts(build(**given), table, using)
        return parts, [param for part in parts for param in part.params], names


def _parts(querysets: Sequence[QuerySet], table: str, using: str) -> list[_Part]:
    return [_Part(each, f"{table}_{place}", using) for place, each in enumerate(querysets)]


def _named(param: Any, names: dict[Any, str]) -> str | None:
    """The name of the argument that a parameter stands for, if it does."""
    return names.get(param) if isinstance(param, int | str | datetime) and not isinstance(param, bool) else None


def _may_differ(param: Any, other: Any) -> bool:
    """Whether a parameter was computed of an argument, or is a date that wasn't given as one."""
    return param != other or isinstance(param, date) or (isinstance(param, str) and bool(_DATE.match(param)))


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
    tables = (f"{part.table} ({', '.join(f'c{column}' for column in range(part.columns))}) AS ({part.sql})"
              for part in parts)  # fmt: skip
    return f"WITH {', '.join(tables)} "


def _side_by_side(parts: list[_Part]) -> str:
    """SQLite types each value by itself, so that rows of all kinds fit into one result. Its first row is empty: by its
    columns the driver decides how to convert."""
    width = max(part.width for part in parts)
    rows = [f"SELECT -1, 0{', NULL' * width}"]
    for place, part in enumerate(parts):
        columns = "".join(f", c{column}" for column in range(part.width)) + ", NULL" * (width - part.width)
        rows.append(f"SELECT {place}, {part.number}{columns} FROM {part.table}")  # noqa: S608
    return _with(parts) + " UNION ALL ".join(rows) + " ORDER BY 1, 2"


def _as_json(parts: list[_Part]) -> str:
    """PostgreSQL wants one type for each column of the result: a row becomes an array."""
    rows = []
    for place, part in enumerate(parts):
        columns = ", ".join(
            f"c{column}::text" if kind == "JSONField" else f"c{column}" for column, kind in enumerate(part.types)
        )
        rows.append(f"SELECT {place}, {part.number}, json_build_array({columns})::text FROM {part.table}")  # noqa: S608
    return _with(parts) + " UNION ALL ".join(rows) + " ORDER BY 1, 2"


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

    `build` returns the querysets. It is called, twice, for each kind of arguments and database, with stand-ins for the
    numbers, dates, objects and `Text`s among them (an object has nothing but its primary key), and for lists of
    numbers, which are for `__in`. It must pass these on to the querysets as they are, and decide nothing by them. Other
    arguments (a flag, None, a visitor without an account) are what it may decide by; a plain text is refused, for
    there would be as many statements as texts."""

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
            elif isinstance(value, str | float | date):
                raise TypeError(f"{name} is {value!r}: pass a Text or a datetime, or decide before.")
            kind.append(value.__class__ if name in values else value)
        key = tuple(kind)
        built = self._built.get(key)
        if built is None:
            # Of two threads that build the same at once, both use what the first has kept.
            built = self._built.setdefault(key, _Built(self.build, arguments, DEFAULT_DB_ALIAS))
        return Ask(built, [values[name] if name else value for name, value in built.params])


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
    parts = _parts(querysets, "q", DEFAULT_DB_ALIAS)
    return _Statement(parts, DEFAULT_DB_ALIAS).rows(
        [param for part in parts for param in part.params], DEFAULT_DB_ALIAS
    )


def attach(instance: Model, name: str, objects: Iterable[Model]) -> None:
    """Sets what `instance.<name>.all()` returns, as a prefetch does."""
    if not hasattr(instance, "_prefetched_objects_cache"):
        instance._prefetched_objects_cache = {}
    found = getattr(instance, name).get_queryset()
    found._result_cache, found._prefetch_done = list(objects), True
    instance._prefetched_objects_cache[name] = found
