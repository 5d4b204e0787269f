"""Several querysets as one statement, built once.

Most of what a page with many small queries costs is not the database: Django builds each queryset and its SQL anew, and
each is a way there and back. `Together` builds them once a process, and then only puts the arguments in; `answers` asks
what several of them ask by a single statement.

What is kept must not depend on who asked first, when or where. So each is built twice, with other arguments in another
time zone: whatever then differs, and isn't an argument itself, is an error at the first call, not a page that shows
yesterday's rows or somebody else's."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import timezone as time_zone
from itertools import count
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Expression, Model, QuerySet
from django.utils import timezone

from .statement import Part, Statement, parts_of

# A date as SQLite is given it: it must be an argument, for one of today is the same in both builds.
_DATE = re.compile(r"\d{4}-\d\d-\d\d")

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
        is_postgresql = connections[using].vendor == "postgresql"
        arrays = {name for name, value in arguments.items() if isinstance(value, list) and is_postgresql}
        self.params = [
            param for part in self.parts for param in part.write_out([next(left) for _ in part.params], arrays)
        ]

    @staticmethod
    def _with(
        stand_ins: _StandIns,
        build: Callable[..., Sequence[QuerySet]],
        arguments: dict[str, Any],
        table: str,
        using: str,
    ) -> tuple[list[Part], list, dict[Any, str]]:
        with timezone.override(stand_ins.zone):
            given, names = stand_ins.given(arguments, using)
            parts = parts_of(build(**given), table, using)
        return parts, [param for part in parts for param in part.params], names


def _named(param: Any, names: dict[Any, str]) -> str | None:
    """The name of the argument that a parameter stands for, if it does."""
    return names.get(param) if isinstance(param, int | str | datetime) and not isinstance(param, bool) else None


def _may_differ(param: Any, other: Any) -> bool:
    """Whether a parameter was computed of an argument, or is a date that wasn't given as one."""
    return param != other or isinstance(param, date) or (isinstance(param, str) and bool(_DATE.match(param)))


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


_statements: dict[tuple[_Built, ...], Statement] = {}


def answers(*asks: Ask) -> list[list[list]]:
    """Returns what each of these asks for, all of it by one statement."""
    key = tuple(each.built for each in asks)
    statement = _statements.get(key)
    if statement is None:
        parts = [part for each in asks for part in each.built.parts]
        statement = _statements[key] = Statement(parts, DEFAULT_DB_ALIAS)
    rows = iter(statement.rows([param for each in asks for param in each.params], DEFAULT_DB_ALIAS))
    return [[next(rows) for _ in each.built.parts] for each in asks]


def fetched_together(*querysets: QuerySet) -> list[list]:
    """Returns the results of these querysets as lists, by one statement, whatever their arguments are."""
    parts = parts_of(querysets, "q", DEFAULT_DB_ALIAS)
    return Statement(parts, DEFAULT_DB_ALIAS).rows([param for part in parts for param in part.params], DEFAULT_DB_ALIAS)


def attach(instance: Model, name: str, objects: Iterable[Model]) -> None:
    """Sets what `instance.<name>.all()` returns, as a prefetch does."""
    manager = getattr(instance, name)
    # What `manager.all()` would be: Django copies a queryset twice to filter it, and most are only read.
    found = super(manager.__class__, manager).get_queryset()
    found._deferred_filter = (False, (), manager.core_filters)
    found._known_related_objects = {manager.field: {instance.pk: instance}}
    found._result_cache, found._prefetch_done = list(objects), True
    vars(instance).setdefault("_prefetched_objects_cache", {})[name] = found
