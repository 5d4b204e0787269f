"""A curator brings a file: chooses it, reads what it would change, applies or discards it."""

from datetime import timedelta
from threading import Event

import pytest
from django.contrib.admin.models import LogEntry, LogEntryManager
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from catalog.imports.upload import Upload
from catalog.imports.writer import ImportWriter
from catalog.lists.reading_list import ReadingList
from catalog.markdown.limits import MAX_BYTES
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from notes.reading import Reading
from readlist_site.base.jobs import job_run
from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.job_kind import JobFailed
from readlist_site.base.jobs.job_run import JobRun, JobStopped
from readlist_site.base.jobs.runner import run_job, run_waiting_jobs
from readlist_site.run.tick import tick
from tests import factories
from tests.catalog.imports.test_import_list import SMALL, changed, entry, rows
from tests.catalog.shipped import import_text
from tests.groups.reviewing import revise

pytestmark = pytest.mark.django_db

BRING = reverse("admin:catalog_readinglist_upload")
STYLE = "### Practical advice\n\n1. [Style](https://a.org/style) Why: Taste.\n"


@pytest.fixture
def shipped(db) -> ReadingList:
    return import_text(SMALL)


def bring(client, text: str | bytes, *, to: ReadingList | None = None, name: str = "list.md", **fields):
    content = text if isinstance(text, bytes) else text.encode()
    data = {"list": to.pk if to else "", "file": SimpleUploadedFile(name, content), **fields}
    return client.post(BRING, data)


def brought(client, text: str, *, to: ReadingList | None = None, **fields) -> Upload:
    """Bring a file, and have it read."""
    assert bring(client, text, to=to, **fields).status_code == 302
    assert run_waiting_jobs() == 1
    return Upload.objects.not_applied().first()


def page_of(upload: Upload, what: str = "preview") -> str:
    return reverse(f"admin:catalog_readinglist_{what}", args=[upload.pk])


def apply(client, upload: Upload, **posted):
    """Press "Apply" on the preview as it is now, and have it done."""
    seen = client.get(page_of(upload)).context["preview"].seen
    return apply_at(client, upload, seen, **posted)


def apply_at(client, upload: Upload, seen: int, **posted):
    response = client.post(page_of(upload, "apply"), {"seen": seen, **posted})
    assert response["Location"] == page_of(upload)
    run_waiting_jobs()
    return client.get(page_of(upload), follow=True)


def refused(client, text: str, *, to: ReadingList | None = None, **fields) -> list[str]:
    """Why a file that was brought is no list. The page shows the form as it was sent, and nothing else is changed."""
    before, upload = rows(), brought(client, text, to=to, **fields)
    page = client.get(page_of(upload))
    assert rows() == before
    form = page.context["form"]
    assert form["list"].value() == (to.pk if to else None)
    assert 'enctype="multipart/form-data"' in page.content.decode()
    return form.errors["file"]


def errors(response, field: str) -> list[str]:
    assert response.status_code == 200
    assert not Upload.objects.exists()
    return response.context["form"].errors[field]


def test_a_file_is_previewed_and_nothing_is_changed(desk, shipped):
    Reading.objects.set(factories.make_user(), entry("Style"), Reading.State.READ)
    before = rows()
    text = changed(STYLE, "", changed("Short.", "Very short.")).replace("2. Haskell", "2. Lazy Haskell")
    response = bring(desk, text, to=shipped)
    run_waiting_jobs()
    upload = Upload.objects.get()
    assert (response["Location"], upload.text, upload.list, upload.seen) == (page_of(upload), text, shipped, 1)
    page = desk.get(page_of(upload)).content.decode()
    assert rows() == before
    for words in (
        "Changed <b>2</b>",
        "Retired <b>2</b>",
        "Unchanged <b>6</b>",
        "<ins>Very short</ins>",
        "Kept: <strong>1 reading</strong>.",
        'name="seen" value="1"',
    ):
        assert words in page, words


def test_applying_does_what_the_preview_said_and_says_so(desk, curator, shipped):
    upload = brought(desk, changed(STYLE, ""), to=shipped)
    response = apply(desk, upload)
    assert response.redirect_chain[-1][0] == reverse("admin:catalog_readinglist_change", args=[shipped.pk])
    [told] = map(str, response.context["messages"])
    assert told.startswith("“list.md” imported: 2 retired. <a href=")
    assert not Entry.objects.not_retired().filter(title="Style").exists()
    upload.refresh_from_db()
    assert upload.applied_at
    assert {change.by for change in Change.objects.all()[:3]} == {curator}
    assert brought(desk, changed(STYLE, ""), to=shipped)
    assert "Nothing would change" in desk.get(page_of(Upload.objects.not_applied().get())).content.decode()


def test_what_would_retire_most_needs_a_tick(desk, shipped):
    for _ in range(2):
        Reading.objects.set(factories.make_user(), entry("Style"), Reading.State.READ)
    revise(factories.make_user(), entry("Style").topic)
    before, upload = rows(), brought(desk, "# T\n\n- [Other](https://o.org)\n", to=shipped)
    page = desk.get(page_of(upload)).content.decode()
    assert "would retire 10 of the list’s 10 headings and entries. They have 2 readings and 1 summary. Is" in page
    refused = apply(desk, upload)
    assert list(refused.context["form"].errors) == ["retire"]
    assert "Tick this box if this is the right list." in refused.content.decode()
    assert (rows(), Upload.objects.not_applied().count()) == (before, 1)
    apply(desk, upload, retire="on")
    assert [each.title for each in Entry.objects.not_retired()] == ["Other"]


def test_a_source_that_stands_already_is_said_to_and_words_are_marked(desk, shipped):
    other = import_text("# T\n\n- [Other](https://o.org)\n", slug="other")
    text = changed("[Style]", "[Good Style]") + "\n# More\n\n- [Other](https://o.org)\n- [New](https://n.org)\n"
    upload = brought(desk, text, to=shipped)
    page = desk.get(page_of(upload))
    notes = {line.title: line.listed_in for line in page.context["preview"].lines("added")}
    assert notes == {"More": [], "Other": [f"{other} › T"], "New": []}
    assert "<ins>Good</ins> Style" in page.content.decode()
    assert "would retire" not in page.content.decode()


def test_a_file_is_applied_once(desk, shipped):
    upload = brought(desk, changed(STYLE, ""), to=shipped)
    apply(desk, upload)
    before, version = rows(), ReadingList.objects.get().version
    for seen in (1, version):
        response = apply_at(desk, upload, seen)
        assert response.redirect_chain[-1][0] == reverse("admin:catalog_readinglist_change", args=[shipped.pk])
    assert desk.get(page_of(upload)).status_code == 302
    assert (rows(), ReadingList.objects.get().version) == (before, version)


def test_of_two_curators_the_second_is_told_and_sees_what_would_change_now(desk, shipped, signed_in):
    dan = signed_in(factories.make_curator("Dan Curator"))
    mine = brought(desk, changed(STYLE, ""), to=shipped)
    his = brought(dan, changed("[Gentle introduction]", "[Introduction]"), to=shipped)
    seen = desk.get(page_of(mine)).context["preview"].seen
    apply(dan, his)
    before = rows()
    assert "This preview is outdated. Read the file again" in desk.get(page_of(mine)).content.decode()
    response = apply_at(desk, mine, seen)
    page = response.content.decode()
    assert "Someone changed “Machine-learning reading list” after" in page
    assert "Dan Curator" in page
    assert "Imported “list.md”: 1 changed" in page
    assert rows() == before
    assert "Introduction" in {line.title for line in response.context["preview"].lines("changed")}
    assert "so nothing was imported" in apply_at(desk, mine, seen).content.decode()
    apply(desk, mine)
    assert entry("Gentle introduction")
    assert entry("Style").retired_at


def test_who_looks_again_is_told_that_the_list_was_changed(desk, shipped):
    upload = brought(desk, changed(STYLE, ""), to=shipped)
    ReadingList.objects.bump_version(shipped.pk)
    Change.objects.create(by=None, what="Moved “Style”", list=shipped)
    page = desk.get(page_of(upload)).content.decode()
    assert "Someone changed" in page
    assert "Moved “Style”" in page
    assert "Import file" not in page
    desk.post(page_of(upload, "read"))
    run_waiting_jobs()
    assert "Import file" in desk.get(page_of(upload)).content.decode()


def test_a_new_list_begins_as_a_draft(desk):
    upload = brought(desk, SMALL, title="Languages")
    assert (upload.slug, upload.title, upload.list) == ("languages", "Languages", None)
    assert "Creates the list “Languages” as a draft" in desk.get(page_of(upload)).content.decode()
    apply(desk, upload)
    made = ReadingList.objects.get()
    assert (made.title, made.slug, made.status, made.is_default) == ("Languages", "languages", "draft", False)
    assert Entry.objects.not_retired().filter(section__list=made).count() == 4


def test_a_name_that_is_taken_meanwhile_is_not_overwritten(desk):
    upload = brought(desk, SMALL, title="Languages")
    import_text("# T\n\n- [Other](https://o.org)\n", slug="languages")
    response = apply_at(desk, upload, 0)
    assert "Someone created a list named “languages”" in response.content.decode()
    assert [each.title for each in Entry.objects.not_retired()] == ["Other"]


def test_discarding_forgets_the_file(desk, shipped):
    before = rows()
    upload = brought(desk, changed(STYLE, ""), to=shipped)
    response = desk.post(page_of(upload, "discard"), follow=True)
    assert "discarded. The list wasn’t changed." in response.content.decode()
    assert not Upload.objects.exists()
    assert rows() == before
    assert desk.get(page_of(upload)).status_code == 404
    assert desk.post(page_of(upload, "apply"), {"seen": 1}).status_code == 404


def test_a_file_that_is_no_list_is_refused_line_by_line(desk, shipped):
    said = refused(desk, "# T\n\n- [A](mailto:a@a.org)\n- B\n", to=shipped)
    assert said[0].startswith("Line 1: this file has no entries")
    assert [each[:6] for each in said] == ["Line 1", "Line 3", "Line 4"]


def test_of_very_many_problems_the_first_are_told(desk, shipped):
    said = refused(desk, "# T\n\n" + "- [A](mailto:a@a.org)\n" * 100, to=shipped)
    assert said[-1] == "And 71 more problems."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"# T\n\ncaf\xe9\n", "Line 3 isn’t UTF-8."),
        (b"", "empty"),
    ],
)
def test_what_is_no_text_is_refused(desk, shipped, content, words):
    assert words in "".join(errors(bring(desk, content, to=shipped), "file"))


def test_a_file_with_signs_that_no_text_has_is_refused(desk, shipped):
    assert (
        "Line 3: this line contains the control character U+0000"
        in refused(desk, "# T\n\n- [A](https://a.org) \x00\n", to=shipped)[0]
    )


def test_what_is_too_large_is_refused_unread(desk, shipped):
    """Nobody has looked whether it is text."""
    assert errors(bring(desk, b"\xff" * (MAX_BYTES + 1), to=shipped), "file") == [
        "This file has 4.0 MB. A list can have at most 4 MB. Split the file."
    ]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({}, "title", "Enter a title."),
        ({"title": "名"}, "slug", "Enter a name"),
        ({"title": "New", "slug": "shipped"}, "slug", "A list with this name exists."),
        ({"title": "New", "slug": "no name"}, "slug", "letters"),
    ],
)
def test_a_new_list_needs_a_name_of_its_own(desk, shipped, fields, field, words):
    response = bring(desk, SMALL, **fields)
    assert words in "".join(errors(response, field))
    for name, typed in fields.items():
        assert response.context["form"][name].value() == typed


def test_without_a_file_only_the_file_is_asked_for(desk, shipped):
    response = desk.post(BRING, {"list": ""})
    assert response.context["form"].errors.keys() == {"file"}


def test_what_is_not_read_as_it_stands_is_told_beside_the_preview(desk, shipped):
    upload = brought(desk, SMALL.replace("\n# How", "\n- nothing to see\n\n# How"), to=shipped)
    assert "this item has no link" in desk.get(page_of(upload)).content.decode()


def test_a_long_preview_comes_in_pages(desk):
    text = "# T\n\n" + "".join(f"- [Entry {number}](https://a.org/{number})\n" for number in range(300))
    upload = brought(desk, text, title="Long")
    first = desk.get(page_of(upload)).content.decode()
    assert len(first) < 40_000
    assert "1 to 50 of 301" in first
    last = desk.get(page_of(upload), {"added": "7"}).content.decode()
    assert "Entry 299" in last
    assert desk.get(page_of(upload), {"added": "x"}).status_code == 200


def test_the_lists_lead_to_it(desk, shipped):
    listed = desk.get(reverse("admin:catalog_readinglist_changelist"))
    assert f'href="{BRING}"' in listed.content.decode()
    own = desk.get(reverse("admin:catalog_readinglist_change", args=[shipped.pk]))
    assert f'href="{BRING}?list={shipped.pk}"' in own.content.decode()
    chosen = desk.get(BRING, {"list": shipped.pk})
    selected = f'<option value="{shipped.pk}" selected>'
    assert selected in chosen.content.decode()
    refused = desk.post(f"{BRING}?list={shipped.pk}", {"list": shipped.pk})
    assert selected in refused.content.decode()
    assert desk.get(BRING, {"list": "x"}).status_code == 200


@pytest.mark.parametrize("role", ["anonymous", "member", "staff"])
def test_only_who_may_change_lists_may_bring_files(role, desk, shipped, signed_in):
    upload = brought(desk, changed(STYLE, ""), to=shipped)
    people = {"anonymous": None, "member": factories.make_user(), "staff": factories.make_user(is_staff=True)}
    other, before = signed_in(people[role]) if people[role] else Client(), rows()
    for url in (BRING, page_of(upload)):
        assert other.get(url).status_code in {302, 403}
    for url in (BRING, *(page_of(upload, what) for what in ("read", "cancel", "apply", "discard"))):
        assert other.post(url, {"seen": 1}).status_code in {302, 403}
    assert rows() == before
    assert Upload.objects.not_applied().count() == 1


def test_looking_writes_nothing_and_only_posts_decide(desk, shipped):
    upload, before = brought(desk, changed(STYLE, ""), to=shipped), rows()
    for what in ("read", "cancel", "apply", "discard"):
        assert desk.get(page_of(upload, what)).url == page_of(upload)
    assert (rows(), Upload.objects.not_applied().count(), run_waiting_jobs()) == (before, 1, 0)


def test_what_nobody_applies_is_forgotten_after_a_month(desk, shipped):
    old, new = (brought(desk, SMALL, to=shipped) for _ in range(2))
    Upload.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=31))
    tick()
    assert list(Upload.objects.all()) == [new]


def test_until_a_file_is_read_its_page_shows_how_far_it_is(desk, shipped, signed_in):
    bring(desk, SMALL, to=shipped)
    upload = Upload.objects.get()
    dan = signed_in(factories.make_curator("Dan Curator"))
    for client in (desk, dan):
        page = client.get(page_of(upload)).content.decode()
        assert "Waiting to start" in page
        assert f'data-hx-get="{page_of(upload)}"' in page
    job = Job.objects.take()
    Job.objects.update(done=40, total=100)
    assert "40 % done." in desk.get(page_of(upload), headers={"HX-Request": "true"}).content.decode()
    job.release()
    run_waiting_jobs()
    assert desk.get(page_of(upload), headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "Nothing would change" in desk.get(page_of(upload)).content.decode()


def test_reading_is_cancelled_and_begun_again(desk, shipped):
    bring(desk, changed(STYLE, ""), to=shipped)
    upload = Upload.objects.get()
    desk.post(page_of(upload, "cancel"))
    assert run_waiting_jobs() == 0
    page = desk.get(page_of(upload)).content.decode()
    assert "Cancelled. The list wasn’t changed." in page
    desk.post(page_of(upload, "read"))
    desk.post(page_of(upload, "read"))
    assert run_waiting_jobs() == 1, "one at a time"
    assert "Retired <b>2</b>" in desk.get(page_of(upload)).content.decode()


def test_who_applies_while_the_file_is_read_is_told_so(desk, shipped):
    upload, before = brought(desk, changed("Short.", "Long."), to=shipped), rows()
    desk.post(page_of(upload, "read"))
    page = desk.post(page_of(upload, "apply"), {"seen": 1}, follow=True).content.decode()
    assert "This file is still being read. Wait for the preview, then import it." in page
    run_waiting_jobs()
    assert rows() == before
    apply(desk, upload)
    assert Upload.objects.applied().exists()


def test_an_import_and_its_note_in_the_log_are_one(desk, shipped, monkeypatch):
    upload, before = brought(desk, changed("Short.", "Long."), to=shipped), rows()

    def full(*args):
        raise DatabaseError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(LogEntryManager, "log_actions", full)
        desk.post(page_of(upload, "apply"), {"seen": 1})
        run_waiting_jobs()
    assert rows() == before
    assert not Upload.objects.applied().exists()
    desk.post(page_of(upload, "read"))
    run_waiting_jobs()
    apply(desk, upload)
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == ["Added file “list.md”."]


def test_an_import_that_is_cancelled_while_it_writes_changes_nothing(desk, shipped, monkeypatch):
    upload, before = brought(desk, changed("Short.", "Long."), to=shipped), rows()
    monkeypatch.setattr(job_run, "REPORT_EVERY", 0)
    written = ImportWriter.write

    def cancelled(writer):
        # As the heart's beat, from its own thread, finds out.
        monkeypatch.setattr(JobRun, "check", stop)
        written(writer)
        pytest.fail("it went on")

    def stop(run):
        raise JobStopped

    monkeypatch.setattr(ImportWriter, "write", cancelled)
    desk.post(page_of(upload, "apply"), {"seen": 1})
    run_job(Job.objects.take(), Event())
    assert rows() == before
    assert (Upload.objects.not_applied().count(), Job.objects.latest("pk").state) == (1, "waiting")


def test_discarding_ends_the_reading(desk, shipped):
    bring(desk, SMALL, to=shipped)
    desk.post(page_of(Upload.objects.get(), "discard"))
    assert run_waiting_jobs() == 0
    assert Job.objects.get().state == "cancelled"


def test_an_import_that_was_done_before_its_worker_died_is_not_done_twice(desk, shipped, curator):
    upload = brought(desk, changed(STYLE, ""), to=shipped)
    apply(desk, upload)
    before = rows()
    Job.objects.order_by("pk").filter(kind="apply_upload").update(
        state="running", finished_at=None, heartbeat_at=timezone.now() - timedelta(minutes=1)
    )
    assert run_waiting_jobs() == 1
    assert rows() == before
    page = desk.get(page_of(upload), follow=True)
    assert [str(message) for message in page.context["messages"]] == ["“list.md” was already imported."]


def test_the_work_on_a_hostile_file_has_an_end(desk, shipped, monkeypatch):
    monkeypatch.setattr(JobRun, "check", lambda run: _give_up())
    bring(desk, SMALL, to=shipped)
    run_waiting_jobs()
    page = desk.get(page_of(Upload.objects.get())).content.decode()
    assert "This file took more than five minutes of computing time, so nothing was imported" in page
    assert "Read file again" in page


def _give_up():
    raise JobFailed("took_too_long")


def test_the_example_on_the_page_is_imported_whole_and_names_its_list(desk):
    page = desk.get(BRING)
    example = render_to_string("admin/catalog/upload/example.md")
    assert escape(example) in page.content.decode()
    upload = brought(desk, example)
    assert upload.title == "A small reading list"
    preview = desk.get(page_of(upload)).context["preview"]
    assert (preview.notes, preview.adds_standard_prompts) == ([], False)
    assert len(preview.lines("added")) == 8


def test_a_list_without_prompts_is_said_to_get_the_standard_ones(desk):
    upload = brought(desk, "# Little\n\n## Evaluation\n\n- [A](https://a.org)\n")
    assert 'id="standard-prompts"' in desk.get(page_of(upload)).content.decode()
    assert "This list had no prompts" in apply(desk, upload).content.decode()
    assert ReadingList.objects.get().prompts.filter(is_standard=True).count() == 3


def test_a_preview_is_read_in_the_language_of_who_reads_it(desk, shipped, settings):
    """What the worker planned are facts, whatever language it speaks."""
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    Reading.objects.set(factories.make_user(), entry("Style"), Reading.State.READ)
    text = changed(STYLE, "", changed("(https://b.org/gentle)", "(https://b.org/gentle)\n- nothing"))
    upload = brought(desk, text, to=shipped)
    page = desk.get(page_of(upload), headers={"Accept-Language": "de"}).content.decode()
    for words in ("Ausgeblendet", "1 Lesestand", ": Dieser Punkt hat keinen Link"):
        assert words in page
