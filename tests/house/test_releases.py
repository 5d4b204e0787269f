"""What a release says of itself: version and changes; what it stands on; which one it follows."""

import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from packaging.version import Version

from tests import dependencies

ROOT = settings.BASE_DIR
OURS = ("readlist_site.", "catalog.", "notes.", "groups.")


def test_the_newest_changes_are_those_of_this_version_and_versions_rise():
    versions = [Version(each) for each in re.findall(r"^## (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)]
    assert str(versions[0]) == settings.VERSION
    assert versions == sorted(set(versions), reverse=True)


def test_the_previous_release_is_named_by_its_whole_commit():
    assert re.fullmatch(r"[0-9a-f]{40}\n", (ROOT / "tests/upgrade/PREVIOUS").read_text())


def test_every_migration_can_be_undone():
    """`make soak` undoes them on a database with rows: tests/upgrade/test_undo.py."""
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    ours = {key: each for key, each in migrations.items() if each.__module__.startswith(OURS)}
    assert len(ours) > 100
    stuck = {key: type(each).__name__ for key, of in ours.items() for each in of.operations if not each.reversible}
    # It landed without a way back, and landed migrations stay as they are.
    assert stuck == {("groups", "0003_name_one_owner"): "RunPython"}


def test_the_locks_have_what_is_asked_for_and_nothing_with_a_known_fault():
    done = subprocess.run([sys.executable, "-m", "tests.dependencies"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        ("django==5.2.7 \\\n    --hash=sha256:0\n", "has django 5.2.7, which has CVE-1"),
        ("django==6.0 \\\n", "has django 6.0, where pyproject.toml asks for django<5.3,>=5.2"),
        ("asgiref==3.0 \\\n", "lacks django: run make lock."),
        ("django==5.2.8 ; python_version > '3'\n", None),
    ],
)
def test_a_lock_that_is_behind_is_told(lock, said):
    project = {"dependencies": ["django>=5.2,<5.3"], "optional-dependencies": {"test": []}}
    advisory = {"package": "django", "below": "5.2.8", "id": "CVE-1", "what": "a fault"}
    found = dependencies.faults(project, [advisory], dict.fromkeys(dependencies.LOCKS, dependencies.locked(lock)))
    assert len(found) == (2 if said else 0)
    assert all(said in sentence for sentence in found)


def test_whoever_finds_a_fault_is_told_what_to_do():
    text = (ROOT / "SECURITY.md").read_text()
    assert "## Report a vulnerability" in text
    # What it names is there.
    assert all((ROOT / path).exists() for path in re.findall(r"`((?:tests|readlist_site|requirements)[\w./-]*)`", text))
