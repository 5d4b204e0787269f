"""All migrations, as long as they take: back, and forwards in the way of Django itself."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.migrated import connected_to, quick_states
from tests.upgrade import old_rows
from tests.upgrade.old_rows import ASIDE, typed_in


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.one_engine
@pytest.mark.usefixtures("upgraded_anew")
def test_all_of_it_can_be_undone():
    with quick_states(backwards=True):
        apps = old_rows.migrate_to_landed()

    def rows(model: str):
        return apps.get_model(model).objects

    doubts = rows("catalog.Doubt").filter(source__canonical_url="a.org").order_by("pk")
    assert list(doubts.values_list("kind", "how", "reason")) == [
        ("dead", "", ""),
        ("moved", "dismissed", "It is fine."),
    ]
    assert rows("notices.Notice").filter(over_at=None).get().key == "wanted-1"
    assert rows("notes.Draft").get().set_aside == [ASIDE]
    curators = rows("auth.Group").get(name="Curators").permissions
    assert curators.filter(codename__in=["view_doubt", "change_doubt"]).count() == 2
    moderators = rows("auth.Group").get(name="Moderators").permissions
    assert set(moderators.filter(content_type__model="round").values_list("codename", flat=True)) == {
        "add_round",
        "view_round",
    }
    reviews = rows("groups.Review").filter(round__submission__group__name="A").select_related("reviewer")
    assert {each.reviewer.display_name for each in reviews if each.fell} == {"left", "paused", "lost", "back"}
    assert {each.decision for each in reviews} == {"changes"}
    assert set(rows("groups.Verdict").values_list("word", flat=True)) == {"cant_tell"}
    assert rows("groups.FormerReview").get().verdicts[0]["word"] == "cant_tell"
    assert rows("groups.ReviewDraft").get().typed == typed_in(rows("catalog.Prompt").get(text="Why?").pk, "cant_tell")


def schema(database: Path) -> list[tuple[str, str, str]]:
    with connected_to(str(database)), connection.cursor() as cursor:
        cursor.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        return cursor.fetchall()


@pytest.mark.soak
@pytest.mark.one_engine
def test_a_database_that_was_migrated_quickly_has_the_same_schema(copy_template, django_db_blocker, tmp_path: Path):
    quick, usual = tmp_path / "quick.sqlite3", tmp_path / "usual.sqlite3"
    copy_template(str(quick))
    with django_db_blocker.unblock():
        with connected_to(str(usual)):
            call_command("migrate", verbosity=0)
        assert schema(quick) == schema(usual)
        assert schema(usual)
