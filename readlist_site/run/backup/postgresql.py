"""Dumps and restores the PostgreSQL database by pg_dump and pg_restore, those on PATH."""

import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import errors, pq, sql
from psycopg.conninfo import make_conninfo

from .manifest import BackupError
from .sqlite import Facts

DATABASE = "database.dump"
Error = psycopg.Error
# Of the schema itself, which is there already where a backup is restored to.
_OF_SCHEMA = re.compile(r"^\d+; \d+ \d+ (SCHEMA|COMMENT|ACL) - ")
_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY c.relname"
)


def dump(folder: Path) -> Facts:
    """Dumps the current schema in the custom format, while it is in use. Returns what was dumped, as of one snapshot:
    the versions of server and client, the migrations, and the number of rows of each table."""
    client = _client("pg_dump")
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), current_schema()")
        snapshot, schema = cursor.fetchone()
        migrations = [list(each) for each in sorted(MigrationRecorder(connection).applied_migrations())]
        if not migrations:
            raise BackupError("There is nothing in this database yet.")
        rows = _count_rows(connection.connection)
        quoted = schema.replace('"', '""')
        _run(
            client.path, "--format=custom", "--no-owner", "--no-privileges", f'--schema="{quoted}"',
            f"--snapshot={snapshot}", f"--file={folder / DATABASE}",
        )  # fmt: skip
    facts = {"postgresql": _server_version(), "pg_dump": client.version, "schema": schema}
    return facts, migrations, rows


def verify(folder: Path, rows: dict[str, int]) -> str:
    """Restores into a scratch database, which is dropped again. Where this role may create none, reads the dump.
    Raises BackupError if it can't be restored, or isn't whole."""
    name = f"readlist_scratch_{secrets.token_hex(6)}"
    try:
        _execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    except errors.InsufficientPrivilege:
        _run(_client("pg_restore").path, "--file=/dev/null", str(folder / DATABASE), connects=False)
        return "read"
    try:
        with psycopg.connect(_conninfo(name), password=_password(), autocommit=True) as scratch:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_schema()")
                schema = sql.Identifier(cursor.fetchone()[0])
            scratch.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
            _restore_into(name, folder)
            if _count_rows(scratch) != rows:
                raise BackupError("The scratch database has other rows than the backup.")
    finally:
        _execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    return "restored"


@contextmanager
def while_nobody_uses_it() -> Iterator[None]:
    """Raises BackupError while anybody else is connected to the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(nullif(application_name, ''), usename), client_addr::text FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        others = cursor.fetchall()
    if others:
        who = ", ".join(sorted({f"{name} ({address or 'this machine'})" for name, address in others}))
        raise BackupError(
            f"The database {connection.settings_dict['NAME']} is in use, over {len(others)} "
            f"connection{'s' if len(others) > 1 else ''}: {who}. "
            "Stop server and worker on all hosts, and the pooler, first."
        )
    yield


def check_target(facts: dict[str, str | int]) -> None:
    """Raises BackupError if the schema isn't there or isn't empty, or where client or server are older than those of
    the backup."""
    client, server = _client("pg_restore"), _server_version()
    if server < facts["postgresql"]:
        raise BackupError(
            f"The backup is of PostgreSQL {facts['postgresql']}, and this server is {server}: "
            "a newer server is needed, or a backup of an older one."
        )
    if client.version < facts["pg_dump"]:
        raise BackupError(
            f"The backup was made by pg_dump {facts['pg_dump']}, and pg_restore is {client.version}: "
            f"install the client of PostgreSQL {facts['pg_dump']}."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = cursor.fetchone()
        if schema != facts["schema"]:
            raise BackupError(
                f"The backup is of the schema {facts['schema']}, and here it is {schema}: create it, and let the "
                "search_path of DATABASE_URL begin with it."
            )
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace "
            "AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')"
        )
        if cursor.fetchone()[0]:
            raise BackupError(
                f"The schema {schema} of the database {database} isn't empty, and a restore overwrites nothing. Name a "
                "new database in DATABASE_URL (createdb makes one), or rename this one first (ALTER DATABASE … RENAME)."
            )


def restore(folder: Path, facts: dict[str, str | int]) -> None:
    """Restores in one transaction: all, or nothing."""
    _restore_into(connection.settings_dict["NAME"], folder)


class _Client:
    """A program of PostgreSQL's, and its major version."""

    def __init__(self, path: str) -> None:
        self.path = path
        output = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
        self.version = int(re.search(r"\(PostgreSQL\) (\d+)", output)[1])


def _client(name: str) -> _Client:
    """Returns the program on PATH. Raises BackupError if there is none, or if it is older than the server."""
    server, path = _server_version(), shutil.which(name)
    install = f"Install the client of PostgreSQL {server} (on Debian postgresql-client-{server})"
    if path is None:
        raise BackupError(f"{name} isn't on PATH. {install}.")
    client = _Client(path)
    if client.version < server:
        raise BackupError(
            f"{path} is of PostgreSQL {client.version}, older than the server, which is {server}. {install}, and let "
            "PATH begin with its folder."
        )
    return client


def _server_version() -> int:
    return connection.pg_version // 10_000


def _conninfo(name: str | None = None) -> str:
    """How libpq's programs reach the database, without the password."""
    given = connection.settings_dict
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    options = {key: value for key, value in given["OPTIONS"].items() if key in known and key != "password"}
    where = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "dbname": name or given["NAME"]}
    return make_conninfo(**options, **{key: value for key, value in where.items() if value})


def _password() -> str | None:
    given = connection.settings_dict
    return given["PASSWORD"] or given["OPTIONS"].get("password")


def _run(*command: str, connects: bool = True, name: str | None = None) -> str:
    """Runs a program, with the password in its environment, where no list of processes shows it. Returns what it says.
    Raises BackupError."""
    environment = os.environ | ({"PGPASSWORD": _password()} if _password() else {})
    target = [f"--dbname={_conninfo(name)}"] if connects else []
    done = subprocess.run([*command[:1], *target, *command[1:]], env=environment, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {' '.join(done.stderr.split())[:1000]}")
    return done.stdout


def _restore_into(name: str, folder: Path) -> None:
    program, archive = _client("pg_restore").path, str(folder / DATABASE)
    contents = _run(program, "--list", archive, connects=False)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        chosen.writelines(line for line in contents.splitlines(keepends=True) if not _OF_SCHEMA.match(line))
        chosen.flush()
        _run(
            program, f"--use-list={chosen.name}", "--single-transaction", "--exit-on-error", "--no-owner",
            "--no-privileges", archive, name=name,
        )  # fmt: skip


def _execute(statement: sql.Composed) -> None:
    """Executes what no transaction may contain."""
    with psycopg.connect(_conninfo(), password=_password(), autocommit=True) as own:
        own.execute(statement)


def _count_rows(database: psycopg.Connection) -> dict[str, int]:
    with database.cursor() as cursor:
        names = [name for (name,) in cursor.execute(_TABLES).fetchall()]
        count = sql.SQL("SELECT count(*) FROM {}")
        return {name: cursor.execute(count.format(sql.Identifier(name))).fetchone()[0] for name in names}
