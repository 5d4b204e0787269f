"""A curator undoes an import, unless something was changed since or rests on it."""

import pytest
from django.urls import reverse

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.imports.upload import Upload
from catalog.links.link_issue import LinkIssue
from catalog.lists.reading_list import ReadingList
from catalog.outline import tree_edits
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.threads.follow import Follow
from notes.draft import Draft
from notes.reading import Reading
from readlist_site.base.text import RENDERER_VERSION
from tests import factories
from tests.catalog.imports.test_import_list import SMALL, changed, entry
from tests.catalog.imports.test_upload import apply, brought, page_of
from tests.catalog.shipped import import_text
from tests.groups.reviewing import revise

pytestmark = pytest.mark.django_db

# It renames, rewrites, moves, retires, adds, and corrects a link; the method has another prompt.
OTHER = (
    changed("2. [Reference](https://a.org/reference) Why: Long.\n", "")
    .replace("Short.", "*Very* short, see <https://more.org>.")
    .replace("https://a.org/style", "https://a.org/new-style")
    .replace("## 2. Haskell", "## 2. Lazy Haskell")
    .replace("   - What is old?\n", "   - What is old?\n   - What is next?\n")
    + "\n# More\n\n## Rust\n\n- [Book](https://rust.org/book)\n- [Course](https://rust.org/course) Why: [x](https://y.org)\n"
)


def everything(reading_list: ReadingList) -> list:
    """All that the list consists of."""
    tables = [
        Section.objects.order_by("pk").values(),
        Entry.objects.order_by("pk").values(),
        Source.objects.order_by("pk").values(),
        reading_list.steps.order_by("position").values("position", "text"),
        Prompt.objects.order_by("pk").values(),
        Entry.objects.order_by("pk").values_list("pk", "related_links__title", "related_links__url"),
        ReadingList.objects.order_by("pk").values("preamble", "last_imported_method", "import_base"),
        LinkIssue.objects.order_by("pk").values(),
        Report.objects.order_by("pk").values(),
        Reading.objects.order_by("pk").values("person", "source", "state"),
    ]
    return [list(table) for table in tables]


@pytest.fixture
def shipped(db) -> ReadingList:
    return import_text(SMALL)


@pytest.fixture
def imported(desk, shipped) -> Upload:
    upload = brought(desk, OTHER, to=shipped)
    apply(desk, upload, retire="on")
    upload.refresh_from_db()
    assert upload.applied_at
    return upload


@pytest.mark.every_engine
def test_all_is_as_it_was_before(desk, curator, shipped):
    style = entry("Style").source
    Report.objects.report(style, by=factories.make_user(), kind="broken", text="It is gone.")
    before = everything(shipped)
    upload = brought(desk, OTHER, to=shipped, base="https://a.org/")
    told = apply(desk, upload)
    assert f'<a href="{page_of(upload, "undo")}">Undo import</a>' in told.content.decode()
    # The crawler has been there since.
    LinkIssue.objects.raise_issue(entry("Course").source, kind="dead")
    assert everything(shipped) != before
    page = desk.get(reverse("admin:catalog_readinglist_changes", args=[shipped.pk])).content.decode()
    assert page_of(upload, "undo") in page
    assert "will be deleted" in desk.get(page_of(upload, "undo")).content.decode()
    response = desk.post(page_of(upload, "undo"), follow=True)
    assert [str(message) for message in response.context["messages"]] == ["The import of “list.md” was undone."]
    assert everything(shipped) == before
    change = Change.objects.first()
    assert (change.code, change.by) == ("import_undone", curator)
    page = desk.get(reverse("admin:catalog_readinglist_changes", args=[shipped.pk])).content.decode()
    assert "Undid the import of “list.md”" in page
    assert page_of(upload, "undo") not in page
    again = brought(desk, OTHER, to=shipped)
    apply(desk, again)
    assert entry("Book")


def test_a_new_list_is_left_empty(desk):
    upload = brought(desk, SMALL, title="Languages")
    apply(desk, upload)
    desk.post(page_of(upload, "undo"))
    assert not any(table.objects.exists() for table in (Section, Entry, Source))
    found = ReadingList.objects.get()
    assert (found.prompts.count(), found.steps.count()) == (0, 0)
    assert Change.objects.first().code == "import_undone"


def _arrange(imported: Upload) -> str:
    tree_edits.set_labels(
        Section.objects.get(title="Rust"), role="optional", kind="topic", by=imported.by, seen=imported.list.version
    )
    return "Changed “Rust”"


def _read(imported: Upload) -> str:
    Reading.objects.set(factories.make_user(), entry("Book"), Reading.State.READ)
    return "People use what this import added (1 reading)"


def _summarise(imported: Upload) -> str:
    revise(factories.make_user(), Section.objects.get(title="Rust"))
    return "People use what this import added (1 summary)"


def _retitle(imported: Upload) -> str:
    Source.objects.filter(canonical_url__contains="new-style").update(url="https://a.org/other")
    return "The source “"


def _suggest(imported: Upload) -> str:
    rust = Section.objects.get(title="Rust")
    Suggestion.objects.suggest(rust, by=factories.make_user(), url="https://s.org", title="S", why="It is short.")
    return "suggestions, reports or answers"


def _ask(imported: Upload) -> str:
    Prompt.objects.filter(list=imported.list).update(text="Why?")
    return "The list was changed after this import"


def _answer_in_a_draft(imported: Upload) -> str:
    new = Prompt.objects.get(text="What is next?")
    Draft.save_answers(factories.make_user(), Section.objects.get(title__contains="Haskell"), {new.pk: "So."})
    return f"Members have answered the prompt “{new.text}”"


def _follow(imported: Upload) -> str:
    group = factories.make_group(factories.make_user(), reading_list=imported.list)
    Follow.objects.create(membership=group.memberships.first(), topic=Section.objects.get(title="Rust"))
    return "Members follow topics"


def _import(imported: Upload) -> str:
    import_text(SMALL)
    return "The list was changed after this import"


@pytest.mark.parametrize(
    "do", [_arrange, _read, _summarise, _retitle, _suggest, _ask, _answer_in_a_draft, _follow, _import]
)
def test_what_was_changed_since_or_is_used_is_named_and_nothing_is_undone(do, desk, imported):
    imported.list.refresh_from_db()
    said = do(imported)
    before = everything(imported.list)
    assert said in desk.get(page_of(imported, "undo")).content.decode()
    response = desk.post(page_of(imported, "undo"))
    assert response.status_code == 409
    assert said in response.content.decode()
    assert everything(imported.list) == before


@pytest.fixture
def copied(desk, shipped) -> Upload:
    """An import that corrects the link of a source that another list has, too, so that a reading is copied."""
    Reading.objects.set(factories.make_user(), entry("Style"), Reading.State.READ)
    import_text("# Other\n\n## Topic\n\n- [Style](https://a.org/style)\n", slug="other")
    upload = brought(desk, changed("https://a.org/style", "https://a.org/new-style"), to=shipped)
    apply(desk, upload)
    assert Reading.objects.count() == 2
    return upload


def test_copied_readings_go_with_their_source(desk, copied):
    desk.post(page_of(copied, "undo"))
    assert Reading.objects.get().source.canonical_url.endswith("a.org/style")
    assert not Source.objects.filter(canonical_url__contains="new-style").exists()


def test_a_copied_reading_that_was_changed_since_is_in_the_way(desk, copied):
    Reading.objects.filter(source__canonical_url__contains="new-style").update(state=Reading.State.SKIPPED)
    assert "People use what this import added (1 reading)" in desk.post(page_of(copied, "undo")).content.decode()
    assert Reading.objects.count() == 2


def test_what_an_older_renderer_made_is_made_anew(desk, shipped):
    Entry.objects.update(renderer=RENDERER_VERSION - 1)
    upload = brought(desk, OTHER, to=shipped)
    apply(desk, upload)
    Entry.objects.update(renderer=RENDERER_VERSION)
    desk.post(page_of(upload, "undo"))
    changed_back = Entry.objects.get(source__canonical_url__endswith="a.org/style")
    assert changed_back.renderer == RENDERER_VERSION - 1


def test_readings_on_sources_listed_before_do_not_matter(desk, imported):
    reader = factories.make_user()
    Reading.objects.set(reader, entry("Tutorial"), Reading.State.READ)
    desk.post(page_of(imported, "undo"))
    assert not Entry.objects.filter(title="Book").exists()
    assert Reading.objects.filter(person=reader).count() == 1
