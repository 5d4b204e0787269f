"""manage.py prepare: what make does before it serves."""

import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog.imports.apply_upload import apply_upload
from catalog.imports.upload import Upload
from catalog.lists.reading_list import ReadingList
from catalog.markdown.list_parser import read
from catalog.outline.entry import Entry
from catalog.outline.export import as_markdown
from groups.reviews.acceptance_record import Acceptance
from readlist_site.base.accounts.erasure_log import Erasure, log_erasure
from readlist_site.base.accounts.models import User
from readlist_site.run.management.commands import prepare
from tests.factories import PASSWORD, make_group, make_user
from tests.groups.reviewing import days, say, show
from tests.house.demo import make_demo_group

pytestmark = pytest.mark.one_engine


@pytest.fixture
def prepared(db, settings, tmp_path, monkeypatch):
    """A function: run it with these options, and return what it says."""
    # Files are collected for serving only, which takes a while; one test below does it.
    settings.DEBUG = True
    monkeypatch.setattr(prepare, "PASSWORD_FILE", tmp_path / "demo_password")

    def run(**options) -> str:
        said = StringIO()
        call_command("prepare", stdout=said, **options)
        return said.getvalue()

    return run


@pytest.fixture
def demo(db, tmp_path):
    """The demo group is there already, as an earlier start has made it."""
    make_demo_group()
    (tmp_path / "demo_password").write_text(PASSWORD)


def test_hosting_begins_with_the_shipped_list_and_nobody(prepared):
    prepared()
    assert ReadingList.objects.default().title == "Machine-learning reading list"
    assert Entry.objects.count() == 65
    assert not User.objects.exists()


def test_who_was_erased_and_was_brought_back_by_hand_is_erased_at_the_next_start(prepared, settings, tmp_path):
    settings.ERASURE_LOG = tmp_path / "erased_accounts.jsonl"
    ada, jonas = make_user("Ada"), make_user("Jonas")
    log_erasure(Erasure.of(ada, texts=False, now=timezone.now()))
    assert "brought back were deleted again: 1." in prepared()
    assert list(User.objects.all()) == [jonas]
    assert "deleted again" not in prepared()


def test_what_curators_brought_is_not_taken_back(prepared):
    prepared()
    shipped = ReadingList.objects.default()
    text = as_markdown(shipped).replace("Complete practitioner-oriented synthesis", "The whole of it")
    upload = Upload.objects.create(list=shipped, name="mine.md", text=text, seen=shipped.version)
    apply_upload(upload, read(text), by=None)
    assert "have imported another file" in prepared()
    assert Entry.objects.filter(why__startswith="The whole of it").exists()


def test_what_time_has_decided_is_written_down(prepared, ada, jonas, stranger):
    round = show(jonas, make_group(ada, jonas, stranger), at=days(-9))
    say(round, ada, "approve", at=days(-8))
    assert not Acceptance.objects.exists()
    prepared()
    assert Acceptance.objects.filter(round=round).exists()


def test_the_files_are_there_under_names_that_change_with_their_content(prepared, settings, tmp_path):
    settings.DEBUG = False
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.COLLECTED
    prepared()
    assert (tmp_path / "static" / "staticfiles.json").exists()
    assert list((tmp_path / "static" / "css").glob("index.*.css.gz"))


def test_the_printed_demo_accounts_sign_in_and_a_second_time_changes_nothing(prepared, client, tmp_path):
    said = prepared(demo="yes", tell=True)
    password = (tmp_path / "demo_password").read_text().strip()
    assert password in said
    assert len(password) >= 16
    for person in User.objects.all():
        assert person.email in said
        assert client.post("/accounts/login/", {"login": person.email, "password": password}).status_code == 302
        client.logout()
    # For its owner alone.
    assert stat.S_IMODE((tmp_path / "demo_password").stat().st_mode) == 0o600

    people, entries = User.objects.count(), Entry.objects.count()
    again = prepared(demo="yes", tell=True)
    assert (User.objects.count(), Entry.objects.count()) == (people, entries)
    assert again.splitlines()[-5:] == said.splitlines()[-5:]


def test_the_demo_accounts_are_never_hosted(demo, prepared, settings):
    settings.HOSTED = True
    with pytest.raises(CommandError, match="use another folder"):
        prepared()
    User.objects.update(is_active=False)
    prepared()


def test_where_real_people_are_there_is_no_demo_group(prepared):
    make_user("Ada")
    assert "demo" not in prepared(demo="yes", tell=True)
    assert not User.objects.filter(is_demo=True).exists()


def test_the_demo_accounts_are_told_after_somebody_signed_up_beside_them(demo, prepared):
    make_user("Ida")
    assert "ada@demo" in prepared(demo="yes", tell=True)
