"""Servers of the release before go on working when this one has migrated the database, and serves beside them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.soak.person import Person
from tests.soak.site import Site
from tests.soak.writers import Writers

pytestmark = [pytest.mark.soak, pytest.mark.django_db]

SECONDS = 30


@pytest.fixture
def previous(tmp_path) -> Iterator[Path]:
    """A folder with the code of the release before."""
    commit, folder = (settings.BASE_DIR / "tests/upgrade/PREVIOUS").read_text().strip(), tmp_path / "previous"
    worktree = ["git", "-C", settings.BASE_DIR, "worktree"]
    subprocess.run([*worktree, "add", "--detach", folder, commit], check=True)
    yield folder
    subprocess.run([*worktree, "remove", "--force", folder], check=True)


@pytest.mark.timeout(600)
def test_servers_of_the_release_before_work_on_beside_this_one(site: Site, previous, tmp_path):
    static = {"READLIST_STATIC": str(tmp_path / "static")}
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(collect, cwd=previous, env=site.environment | static, check=True)
    _, before = site.serve(code=previous, **static)
    _, now = site.serve()
    site.start("manage.py", "worker", "--every", "1")
    with Writers(site, before, range(1, 6)) as old, Writers(site, now, range(6, 11)) as new:
        time.sleep(SECONDS)
    for name, writers in {"Release before": old, "This release": new}.items():
        writers.report(name)
        writers.check()
        assert (writers.failed_reads, writers.failed_writes) == ([], [])
    leaver, group = Person(before, site.world, 11), f"/groups/{site.world['group']}/"
    assert [leaver.get(page).status for page in leaver.pages] == [200] * 4
    assert leaver.post(f"{group}membership/cancel/", {}).status == 302
    assert Person(now, site.world, 11).get(group).status == 404
