"""What people did on a list is kept by an import that empties topics, corrects links or guesses kinds anew."""

from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from catalog.imports import import_list, preview_list
from catalog.imports.upload import Upload
from catalog.markdown.list_parser import read
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from notes.reading import Reading
from readlist_site.base.jobs.runner import run_waiting_jobs
from tests import factories
from tests.groups.reviewing import revise

pytestmark = pytest.mark.django_db

TEXT = "# List\n\n## One\n\n- [Alpha](https://a.org/1)\n\n## Two\n\n- [Beta](https://b.org/1)\n"
OTHER = "# Other\n\n- [Alpha too](https://a.org/1)\n"


def bring(text: str, slug: str = "list"):
    return import_list(read(text), slug=slug, title=slug).reading_list


def heading(title: str) -> Section:
    return Section.objects.get(title=title, list__slug="list")


def test_a_topic_that_an_update_empties_keeps_its_page_while_a_summary_is_on_it(client):
    bring(TEXT)
    reader, topic = factories.make_user(), heading("One")
    revise(reader, topic)
    bring(TEXT.replace("- [Alpha](https://a.org/1)\n", "Nothing here for now.\n"))
    topic.refresh_from_db()
    assert (topic.kind, topic.retired_at) == ("topic", None)
    assert factories.sign_in(client, reader).get(topic.get_absolute_url()).status_code == 200


def test_a_topic_that_nobody_wrote_on_becomes_a_page_when_it_is_emptied():
    bring(TEXT)
    bring(TEXT.replace("- [Alpha](https://a.org/1)\n", "Nothing here for now.\n"))
    assert heading("One").kind == "page"


def test_a_corrected_link_begins_with_a_copy_of_the_readings_if_another_list_has_the_old_one():
    bring(TEXT)
    bring(OTHER, "other")
    reader, old = factories.make_user(), Source.objects.by_url("https://a.org/1")
    Reading.objects.set(reader, Entry.objects.get(title="Alpha"), Reading.State.READ)
    corrected = read(TEXT.replace("https://a.org/1", "https://a.org/new"))
    [line] = preview_list(corrected, reading_list=heading("One").list).lines("relinked")
    assert line.note == "source_copied"
    import_list(corrected, slug="list", title="list")
    new = Entry.objects.get(title="Alpha").source
    assert new != old
    states = Reading.objects.filter(person=reader).values_list("source", "state")
    assert set(states) == {(old.pk, "read"), (new.pk, "read")}
    assert Entry.objects.get(title="Alpha too").source == old


@pytest.mark.parametrize(
    ("entries", "kept"),
    [
        ("- [Alpha](https://a.org/1)\n- [Gamma](https://c.org/9)\n- [Delta](https://d.org/9)\n", True),
        ("- [Alpha](https://a.org/9)\n- [Gamma](https://c.org/9)\n- [Delta](https://d.org/9)\n", False),
    ],
    ids=["some links are moved", "all links are others, so it is another topic"],
)
def test_readings_stay_if_a_topic_is_renamed_and_its_links_move(entries, kept):
    was = "- [Alpha](https://a.org/1)\n- [Gamma](https://c.org/1)\n- [Delta](https://d.org/1)\n"
    bring(f"# List\n\n## Week 1\n\n{was}")
    reader = factories.make_user()
    Reading.objects.set(reader, Entry.objects.get(title="Gamma"), Reading.State.READ)
    bring(f"# List\n\n## Week 2\n\n{entries}")
    source = Entry.objects.not_retired().get(title="Gamma").source
    assert Reading.objects.filter(person=reader, source=source).exists() == kept


def test_a_kind_that_a_curator_chose_is_not_guessed_again(desk):
    bring(TEXT)
    one = heading("One")
    response = desk.post(
        reverse("admin:catalog_section_change", args=[one.pk]),
        {"title": "One", "kind": "topic", "role": "case_study", "body": "", "parent": one.parent_id},
    )
    assert response.status_code == 302
    bring(TEXT.replace("## One", "## One (optional)"))
    one.refresh_from_db()
    assert (one.title, one.role) == ("One (optional)", "case_study")


def test_relative_links_are_resolved_by_the_base_address_of_the_import(desk, tmp_path):
    file = tmp_path / "mine.md"
    file.write_text("# Mine\n\n- [Notes](notes/a.md)\n")
    call_command("import_readlist", str(file), base="https://git.org/me/README.md", stdout=StringIO())
    assert Entry.objects.get(title="Notes").url == "https://git.org/me/notes/a.md"
    upload = {"title": "Brought", "file": SimpleUploadedFile("b.md", file.read_bytes()), "base": "git.org/you/"}
    desk.post(reverse("admin:catalog_readinglist_upload"), upload)
    run_waiting_jobs()
    page = desk.get(reverse("admin:catalog_readinglist_preview", args=[Upload.objects.get().pk]))
    assert "https://git.org/you/notes/a.md" in page.content.decode()


def test_the_base_address_is_remembered_for_the_next_import(desk, tmp_path):
    text = b"# Mine\n\n- [Notes](notes/a.md)\n- [More](notes/b.md)\n"
    upload = {"title": "Brought", "file": SimpleUploadedFile("b.md", text), "base": "https://git.org/you/"}
    desk.post(reverse("admin:catalog_readinglist_upload"), upload)
    run_waiting_jobs()
    first = Upload.objects.get()
    desk.post(reverse("admin:catalog_readinglist_apply", args=[first.pk]), {"seen": 0})
    run_waiting_jobs()
    first.refresh_from_db()
    again = {"list": first.list_id, "file": SimpleUploadedFile("b.md", text + b"- [New](notes/c.md)\n")}
    desk.post(reverse("admin:catalog_readinglist_upload"), again)
    assert Upload.objects.not_applied().get().base == "https://git.org/you/"
    file = tmp_path / "mine.md"
    file.write_bytes(text + b"- [Newest](notes/d.md)\n")
    call_command("import_readlist", str(file), slug="brought", stdout=StringIO(), stderr=StringIO())
    assert Entry.objects.get(title="Newest").url == "https://git.org/you/notes/d.md"
