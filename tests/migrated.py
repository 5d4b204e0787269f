"""Databases that are migrated once and copied by each process that needs one.

The first process to need one makes a template; the others, and on SQLite later runs with the same migrations, copy it.
"""

import copy
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState, get_related_models_tuples
from django.db.models import Field
from django.utils import translation


def copy_template(folder: Path, name: str) -> None:
    """Make a new database of this name with all migrations and no more.

    `folder` holds the locks that processes wait for each other on, and SQLite's templates."""
    copy_of(folder, "migrated", lambda: call_command("migrate", verbosity=0), name)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let the default connection lead to the database of this name."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
        ContentType.objects.clear_cache()


def copy_of(folder: Path, template: str, build: Callable[[], object], name: str, *sources: Path) -> None:
    """Make a new database of this name as a copy of the template, which `build` makes from an empty database where
    there is none yet for the migrations as they are, and for these files."""
    with locked(folder / f"{template}.lock"):
        if connection.vendor == "sqlite":
            _copy_file(folder / f"{template}-{_state_of_migrations(*sources)}.sqlite3", build, Path(name))
        else:
            _copy_database(f"readlist_{template}", build, name)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until no other process holds this file."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _copy_file(template: Path, build: Callable[[], object], to: Path) -> None:
    if not template.exists():
        kind = template.name.partition("-")[0]
        for old in template.parent.glob(f"{kind}-*"):
            old.unlink()
        unfinished = template.with_name(f"{kind}-unfinished")
        with connected_to(str(unfinished)), quick_states():
            build()
        unfinished.rename(template)
    shutil.copyfile(template, to)


def _copy_database(template: str, build: Callable[[], object], to: str) -> None:
    unfinished, to = f"{template}_unfinished", connection.ops.quote_name(to)
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if not cursor.fetchone():
            cursor.execute(f"DROP DATABASE IF EXISTS {unfinished}")
            cursor.execute(f"CREATE DATABASE {unfinished}")
            with connected_to(unfinished), quick_states():
                build()
            cursor.execute(f"ALTER DATABASE {unfinished} RENAME TO {template}")
        cursor.execute(f"DROP DATABASE IF EXISTS {to}")
        cursor.execute(f"CREATE DATABASE {to} TEMPLATE {template}")


@contextmanager
def quick_states(*, backwards: bool = False) -> Iterator[None]:
    """Let migrations take a third of the time, or half of it backwards: most of it goes into making the models of each
    state."""
    with (
        mock.patch.object(Field, "clone", _clone),
        nullcontext() if backwards else mock.patch.object(ProjectState, "_find_reload_model", _models_to_make_anew),
        mock.patch.object(Migration, "mutate_state", _mutate_state),
        translation.override(None),
    ):
        yield


def _clone(field: Field) -> Field:
    """A copy, bound to no model and the last in order, instead of a new one."""
    new = copy.deepcopy(field)
    vars(new).pop("related_model", None)
    if new.creation_counter >= 0:
        new.creation_counter = Field.creation_counter
        Field.creation_counter += 1
    return new


def _models_to_make_anew(
    state: ProjectState, app_label: str, model_name: str, delay: bool = False
) -> set[tuple[str, str]]:
    """The model that changes and those related to it, without those related to these in turn, which a change of the
    schema doesn't look at. What runs Python gets all models made anew, as after each delayed change."""
    state.is_delayed = True
    models = {(app_label, model_name)}
    if model := state.apps.all_models[app_label].get(model_name):
        models |= get_related_models_tuples(model)
    return models


_mutate_state_of_django = Migration.mutate_state


def _mutate_state(migration: Migration, state: ProjectState, preserve: bool = True) -> ProjectState:
    """Without the models that the state has already, which would be made anew with each operation."""
    if preserve:
        state = state.clone()
        vars(state).pop("apps", None)
    return _mutate_state_of_django(migration, state, preserve=False)


def _state_of_migrations(*sources: Path) -> str:
    """Changes when a migration does, a version of what we depend on, or one of these files.

    Rows that Django writes after each migrate (content types, permissions) are brought along by the copies themselves.
    """
    base = Path(settings.BASE_DIR)
    folders = [each for each in base.iterdir() if (each / "__init__.py").exists()]
    files = sorted(path for folder in folders for path in folder.glob("**/migrations/**/*.py"))
    state = hashlib.sha256()
    for path in [*files, base / "requirements-test.txt", Path(__file__), *sources]:
        state.update(f"{path.relative_to(base)}{os.linesep}".encode() + path.read_bytes())
    return state.hexdigest()[:16]
