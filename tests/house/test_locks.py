"""The lock files: whole, hashed, and silent about where the packages come from."""

import re
import tomllib

import pytest
from django.conf import settings

RUNTIME, TESTS = (settings.BASE_DIR / name for name in ("requirements.txt", "requirements-test.txt"))


def pins(path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==(\S+)", path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("path", [RUNTIME, TESTS], ids=lambda path: path.name)
def test_a_lock_names_no_address(path):
    assert not re.findall(r"https?:|index-url|find-links|trusted-host| @ ", path.read_text())


@pytest.mark.parametrize("path", [RUNTIME, TESTS], ids=lambda path: path.name)
def test_every_package_of_a_lock_has_its_hashes(path):
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.MULTILINE))
    assert len(entries) == len(pins(path))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_tests_run_with_the_versions_that_are_served():
    tested = pins(TESTS)
    assert {name: tested.get(name) for name in pins(RUNTIME)} == pins(RUNTIME)


def test_the_locks_have_all_that_the_project_asks_for():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    name = re.compile(r"[a-z0-9-]+")
    assert {name.match(one)[0] for one in project["dependencies"]} <= pins(RUNTIME).keys()
    assert {name.match(one)[0] for one in project["optional-dependencies"]["test"]} <= pins(TESTS).keys()


def test_the_readme_says_why_each_dependency_is_there():
    readme = (settings.BASE_DIR / "README.md").read_text()
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert not [one for one in wanted if f"`{re.match(r'[a-z0-9-]+', one)[0]}`" not in readme]
