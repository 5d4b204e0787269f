"""`pytest --changed`: the fast tests of what git says has changed.

A changed test runs itself; a changed module, template or stylesheet runs the tests that bear its name, that mirror its
folder, or that import it, in this order. Those in a browser, those marked `long` and those with real transactions are
left to `make test`, and so is what doesn't begin within SECONDS: the summary says of how many tests that is true. Where
that leaves none, the tests that need no database run.
"""

import subprocess
import time
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from tests.engines import asks_a_database

ROOT = Path(__file__).resolve().parents[1]
# Folders that say what kind of file is in them, and files that say what they are to Django: neither names a concept.
NO_CONCEPT = {
    "readlist_site",
    "models",
    "views",
    "forms",
    "templates",
    "static",
    "css",
    "js",
    "management",
    "commands",
    "urls",
    "admin",
}
APPS = {"catalog", "notes", "groups"}
SLOW = ("browser", "long")
# The last test begins so long after the first, so that `make check` takes less than a minute on a quiet machine.
SECONDS = 35
FAR = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--changed", action="store_true", help="run the fast tests of what git says has changed")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--changed"):
        return
    changed = [PurePosixPath(name) for name in changed_files()]
    paths = {item.path for item in items}
    distances = {path: min((distance(each, path) for each in changed), default=FAR) for path in paths}
    fast = [item for item in items if not _is_slow(item)]
    chosen = sorted((item for item in fast if distances[item.path] < FAR), key=lambda item: distances[item.path]) or [
        item for item in fast if not asks_a_database(item)
    ]
    left = set(items) - set(chosen)
    items[:] = chosen
    config.hook.pytest_deselected(items=list(left))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.config.getoption("--changed") and time.monotonic() - _begin() > SECONDS:
        pytest.skip(f"Left to `make test`: {SECONDS} seconds are over")


@cache
def _begin() -> float:
    """When this process began its first test."""
    return time.monotonic()


def changed_files() -> set[str]:
    """What differs from the last commit; where nothing does, what that commit changed."""
    commands = (["diff", "--name-only", "HEAD"], ["ls-files", "--others", "--exclude-standard"])
    found = {name for command in commands for name in _git(*command)}
    return found or set(_git("diff", "--name-only", "HEAD~1", "HEAD"))


def distance(changed: PurePosixPath, test: Path) -> int:
    """How far this test is from a file that changed: 0 where it bears its name, 1 in the folder that mirrors its own, 2
    where it imports it, else FAR."""
    own = PurePosixPath(test.relative_to(ROOT).as_posix())
    if changed.parts[0] == "tests":
        return 0 if changed == own else FAR
    folders = [part for part in changed.parent.parts if part not in NO_CONCEPT]
    stem = changed.stem.removeprefix("_")
    if stem not in {*NO_CONCEPT, "__init__"} and own.stem.removeprefix("test_") == stem:
        return 0
    mirrored = [part for part in own.parent.parts[1:] if part not in NO_CONCEPT]
    if folders and folders == mirrored and folders[-1] not in APPS:
        return 1
    if changed.suffix != ".py":
        return FAR
    module = ".".join(changed.with_suffix("").parts)
    # What a package offers is imported from it, not from the module that changed.
    package = module.rpartition(".")[0]
    imported = {module} if set(changed.parent.parts) & NO_CONCEPT or package in APPS else {module, package}
    return 2 if any(f"from {name} import" in test.read_text() for name in imported) else FAR


def _is_slow(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return any(map(item.get_closest_marker, SLOW)) or bool(marker and marker.kwargs.get("transaction"))


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.splitlines()
