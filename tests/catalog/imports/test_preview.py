"""What a preview says is what an import then changes: no more, no less, and nobody's rows go astray."""

from io import StringIO

import pytest
from django.core.management import call_command

from catalog.curation.change_text import change_text
from catalog.imports import Preview, change_log, import_list, preview_list
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.list_parser import read
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.threads.thread import Thread
from notes.draft import Draft
from notes.reading import Reading
from tests import factories
from tests.catalog.imports.test_import_list import SMALL, changed, entry, rows
from tests.catalog.shipped import import_text
from tests.groups.reviewing import revise

# Rows are read and pages shown: the same on every engine.
pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

TUTORIAL = "1. [Tutorial](https://a.org/tutorial) Why: Short.\n"
REFERENCE = "2. [Reference](https://a.org/reference) Why: Long.\n"
GENTLE = "- [Gentle introduction](https://b.org/gentle)\n"
CORE = "Tier 1 — Basics › 1. Python › Core reading"
PYTHON, HASKELL, HOW = (SMALL.index(mark) for mark in ("## 1.", "## 2.", "# How"))

MOVED = changed(TUTORIAL, "", changed(GENTLE, GENTLE + TUTORIAL.replace("1.", "-")))

# Each edit of the file, and what the preview is to say: kind of change, title, field.
EDITS = {
    "a new entry": (changed(GENTLE, GENTLE + "- [New](https://c.org)\n"), {("added", "New", "")}),
    "a reworded reason": (changed("Short.", "Very short."), {("changed", "Tutorial", "Reason")}),
    "a new title": (changed("[Style]", "[Good style]"), {("changed", "Style", "Title")}),
    "a moved entry": (MOVED, {("moved", "Tutorial", "Place")}),
    "a moved and reworded entry": (
        changed("Short.", "Long enough.", MOVED),
        {("moved", "Tutorial", "Place"), ("changed", "Tutorial", "Reason")},
    ),
    "another link": (changed("a.org/style", "a.org/new-style"), {("relinked", "Style", "Link")}),
    "another spelling of a link": (
        changed("https://a.org/style", "http://a.org/style"),
        {("relinked", "Style", "Link")},
    ),
    "a link that is another's": (changed("a.org/style", "a.org/tutorial"), {("relinked", "Style", "Link")}),
    "a renamed topic": (changed("## 1. Python", "## 1. Python 3"), {("changed", "1. Python", "Title")}),
    "a removed shelf": (
        changed("### Practical advice\n\n1. [Style](https://a.org/style) Why: Taste.\n", ""),
        {("retired", "Practical advice", ""), ("retired", "Style", "")},
    ),
    "a removed entry": (changed(REFERENCE, ""), {("retired", "Reference", "")}),
    "another order of entries": (
        changed(TUTORIAL + REFERENCE, REFERENCE + TUTORIAL),
        {("moved", "Reference", "Place")},
    ),
    "another order of topics": (
        SMALL[:PYTHON] + SMALL[HASKELL:HOW] + SMALL[PYTHON:HASKELL] + SMALL[HOW:],
        {("moved", "2. Haskell", "Place")},
    ),
    "swapped titles": (
        changed("[X]", "[Reference]", changed("[Reference]", "[Tutorial]", changed("[Tutorial]", "[X]"))),
        {("changed", "Tutorial", "Title"), ("changed", "Reference", "Title")},
    ),
    "a new tier": (
        changed("# How", "# Tier 2 — More\n\n## 3. ML\n\n- [OCaml](https://o.org)\n\n# How"),
        {("added", "Tier 2 — More", ""), ("added", "3. ML", ""), ("added", "OCaml", "")},
    ),
    "a topic in a new tier": (
        changed("## 2. Haskell", "# Tier 2 — More\n\n## 2. Haskell"),
        {("added", "Tier 2 — More", ""), ("moved", "2. Haskell", "Place")},
    ),
    "another text": (changed("Begin here.", "Begin *there*."), {("changed", "1. Python", "Text")}),
    "nothing": (SMALL, set()),
}  # fmt: skip

_FIELDS = {
    "title": "Title", "body": "Text", "why": "Reason", "kind": "Kind", "role": "Role", "own_role": "Role",
    "level": "Level", "reread": "Read again", "url": "Link", "parent_id": "Place", "section_id": "Place",
}  # fmt: skip


def seen() -> dict:
    """Every row as it stands: its fields, and what stands before it."""
    found = {}
    for model, above in ((Section, "parent_id"), (Entry, "section_id")):
        last: dict = {}
        for row in model.objects.order_by("position", "pk"):
            fields = {name: getattr(row, name) for name in _FIELDS if hasattr(row, name)}
            # What an entry has from its heading follows from where it stands.
            fields.pop("role" if model is Entry else None, None)
            place = getattr(row, above)
            found[model, row.pk] = fields | {"stands": row.retired_at is None}, last.get(place)
            last[place] = row.pk
    return found


def differences(before: dict, after: dict) -> set[tuple]:
    """What has changed in the rows: how, on which row, in which field."""
    found = set()
    for key, (now, _) in after.items():
        if key not in before:
            found.add(("added", *key, ""))
            continue
        was = before[key][0]
        if was["stands"] != now["stands"]:
            found.add(("restored" if now["stands"] else "retired", *key, ""))
        for name, said in _FIELDS.items():
            if name in now and was[name] != now[name]:
                what = {"Place": "moved", "Link": "relinked"}.get(said, "changed")
                found.add((what, *key, said))
    return found


def told(preview: Preview) -> set[tuple]:
    """What a preview says of rows."""
    return {
        (part.key, type(line.row), line.row.pk, difference.label if difference else "")
        for part in preview.parts
        if part.key != "kept"
        for line in part.lines
        for difference in line.differences or [None]
    }


def preview_of(text: str) -> Preview:
    return preview_list(read(text), reading_list=ReadingList.objects.get(slug="shipped"))


def said(preview: Preview) -> set[tuple[str, str, str]]:
    return {
        (part.key, line.title, difference.label if difference else "")
        for part in preview.parts
        for line in part.lines
        for difference in line.differences or [None]
    }


@pytest.mark.parametrize("edit", EDITS)
def test_the_preview_says_what_the_import_does(edit):
    import_text(SMALL)
    text, expected = EDITS[edit]
    before = seen()
    assert said(preview_of(text)) == expected
    assert seen() == before, "a preview writes nothing"
    outcome = import_list(read(text), slug="shipped", title="")
    after = seen()
    reordered = {each for each in told(outcome.preview) if each[0] == "moved"}
    assert told(outcome.preview) - reordered == {each for each in differences(before, after) if each[0] != "moved"}
    assert {each for each in differences(before, after) if each[0] == "moved"} <= reordered
    for _, model, pk, _ in reordered:
        assert before[model, pk] != after[model, pk]
    version = ReadingList.objects.get().version
    again = preview_of(text)
    assert (again.is_empty, again.counts) == (True, "nothing changed")
    unchanged = rows()
    import_list(read(text), slug="shipped", title="")
    assert (rows(), ReadingList.objects.get().version) == (unchanged, version)


@pytest.mark.parametrize("edit", EDITS)
def test_what_people_did_stays_where_it_was(edit):
    import_text(SMALL)
    reader = factories.make_user()
    for each in Entry.objects.all():
        Reading.objects.set(reader, each, Reading.State.READ)
    for topic in Section.objects.topics():
        Draft.objects.create(author=reader, topic=topic)
    places = dict(Entry.objects.values_list("pk", "source"))
    titles = dict(Entry.objects.values_list("title", "pk"))
    import_text(EDITS[edit][0])
    assert Reading.objects.count() == len(places)
    assert Draft.objects.filter(topic__retired_at=None).count() == 2
    if edit not in {"a link that is another's"}:
        assert places.items() <= dict(Entry.objects.values_list("pk", "source")).items()
    if edit not in {"a new title", "swapped titles"}:
        assert titles.items() <= dict(Entry.objects.values_list("title", "pk")).items()


def test_what_returns_is_brought_back():
    import_text(SMALL)
    import_text(changed(REFERENCE, ""))
    preview = preview_of(SMALL)
    assert said(preview) == {("restored", "Reference", "")}
    assert preview.counts == "1 restored"


def test_places_are_told_as_they_are_and_as_they_will_be():
    import_text(SMALL)
    (line,) = preview_of(changed("## 2. Haskell", "## 2. Lazy Haskell", MOVED)).lines("moved")
    assert [(each.before_text, each.after_text) for each in line.differences] == [
        ("Tier 1 — Basics › 1. Python › Core reading", "Tier 1 — Basics › 2. Lazy Haskell")
    ]
    (line,) = preview_of(EDITS["another order of entries"][0]).lines("moved")
    shelf = "Tier 1 — Basics › 1. Python › Core reading"
    assert [(each.before_text, each.after_text) for each in line.differences] == [
        (f"place 2 in {shelf}", f"place 1 in {shelf}")
    ]


def test_texts_are_compared_word_by_word():
    import_text(SMALL)
    (line,) = preview_of(changed("Short.", "Very short.")).lines("changed")
    html = str(line.differences[0].word_diff.html)
    assert "<del>Short</del> <ins>Very short</ins>." in html


def test_what_rests_on_what_goes_is_told_in_numbers():
    import_text(SMALL)
    group = factories.make_group(ada := factories.make_user(), ben := factories.make_user())
    python = Section.objects.get(title="1. Python")
    for person in (ada, ben):
        Reading.objects.set(person, entry("Tutorial"), Reading.State.READ)
        revise(person, python)
    Draft.objects.create(author=factories.make_user(), topic=python)
    Thread.objects.start(group=group, author=ada, title="Which?", body="That one?", about=python)
    preview = preview_of(SMALL[:PYTHON] + SMALL[HASKELL:])
    usage = {line.title: line.usage for line in preview.lines("retired")}
    assert usage["1. Python"] == {"summary": 2, "draft": 1, "thread": 1}
    assert usage["Tutorial"] == {"reading": 2, "summary": 2}
    assert usage["Reference"] == {"summary": 2}


def test_what_a_curator_worded_is_kept_and_said_to_be():
    import_text(SMALL)
    Entry.objects.filter(title="Style").update(why="By hand.")
    entry("Reference").retire()
    preview = preview_of(SMALL)
    assert preview.is_empty
    style, reference = sorted(preview.lines("kept"), key=lambda line: line.title, reverse=True)
    assert [(each.label, each.before, each.after) for each in style.differences] == [("Reason", "Taste.", "By hand.")]
    assert "stays retired" in reference.note_text


def test_an_order_that_curators_gave_stands_until_the_file_has_another():
    import_text(SMALL)
    Entry.objects.filter(title="Tutorial").update(position=2)
    Entry.objects.filter(title="Reference").update(position=1)
    import_text(changed(REFERENCE, REFERENCE + "3. [Third](https://a.org/third)\n"))

    def order() -> list[str]:
        shelf = Section.objects.get(title="Core reading")
        return [each.title for each in shelf.entries.not_retired().order_by("position")]

    assert order() == ["Reference", "Third", "Tutorial"]
    third = "3. [Third](https://a.org/third)\n"
    import_text(changed(TUTORIAL + REFERENCE, third + TUTORIAL + REFERENCE))
    assert order() == ["Third", "Tutorial", "Reference"]


def test_a_link_that_curators_corrected_stands_until_the_file_has_another():
    import_text(SMALL)
    style = entry("Style")
    style.source.move_to_url("https://better.org/style", entry=style)
    Entry.objects.filter(pk=style.pk).update(url="https://better.org/style")
    import_text(changed("Taste.", "Good taste.", changed("[Style]", "[On style]")))
    again = Entry.objects.get(pk=style.pk)
    assert (again.title, again.source_id, again.url) == ("On style", style.source_id, "https://better.org/style")
    assert Source.objects.count() == 4


def test_where_a_curator_put_something_under_what_goes_the_file_says_where_it_stands():
    import_text(SMALL)
    haskell = Section.objects.get(title="2. Haskell")
    Entry.objects.filter(title="Tutorial").update(section=haskell, topic=haskell)
    import_text(SMALL[:HASKELL] + SMALL[HOW:])
    assert (entry("Tutorial").section.title, entry("Tutorial").retired_at) == ("Core reading", None)


def test_headings_that_file_and_curators_put_under_each_other_are_the_files():
    import_text("# T\n\n## A\n\n### B\n\n- [X](https://x.org)\n\n## C\n\n### D\n\n- [Y](https://y.org)\n")
    a, c = (Section.objects.get(title=title) for title in "AC")
    Section.objects.filter(pk=a.pk).update(parent=c)
    import_text("# T\n\n## A\n\n### B\n\n- [X](https://x.org)\n\n### C\n\n#### D\n\n- [Y](https://y.org)\n")
    a.refresh_from_db()
    c.refresh_from_db()
    assert (a.parent.title, c.parent_id) == ("T", a.pk)


def test_the_history_tells_of_an_import_and_of_each_row_that_it_changed(monkeypatch):
    found = import_text(SMALL)
    assert Change.objects.count() == 1
    text = changed("a.org/style", "a.org/new", changed("Taste", "*Fun*", MOVED))
    text = changed(REFERENCE, "1. [New](https://c.org)\n", text)
    ada = factories.make_user()
    import_list(read(text), slug="shipped", title="", by=ada, name="list.md")
    written = found.changes.filter(by=ada)
    assert [change_text(change) for change in written] == [
        "Imported “list.md”: 1 new, 1 changed, 1 moved, 1 with a new link, 1 retired",
        f"Retired “Reference” from {CORE}",
        "Changed “Style”. Reason: “Taste.” → “*Fun*.”",
        f"Moved “Tutorial” from {CORE} to Tier 1 — Basics › 2. Haskell",
        "Changed “Style”. Link: “https://a.org/style” → “https://a.org/new”",
        f"Added “New” to {CORE}",
    ]
    monkeypatch.setattr(change_log, "_NAMED", 2)
    import_text(SMALL)
    last = list(found.changes.filter(pk__gt=written[0].pk))
    assert len(last) == 4
    assert change_text(last[-1]) == "The file changed 3 more headings and entries"


def test_who_has_seen_another_version_is_told():
    found = import_text(SMALL)
    before = rows()
    ReadingList.objects.bump_version(found.pk)
    with pytest.raises(StaleVersion):
        import_list(read(changed(REFERENCE, "")), slug="shipped", title="", seen=found.version)
    assert rows() == before


def test_the_command_previews_and_writes_nothing(tmp_path):
    import_text(SMALL)
    file, out, before = tmp_path / "list.md", StringIO(), rows()
    file.write_text(changed("a.org/style", "a.org/new-style", changed(REFERENCE, "", MOVED)) + "\n- nothing\n")
    Reading.objects.set(factories.make_user(), entry("Reference"), Reading.State.READ)
    call_command("import_readlist", str(file), "--slug", "shipped", "--dry-run", stdout=out)
    assert rows() == before
    text = out.getvalue()
    for words in (
        "Moved (1)\n  entry “Tutorial” in Tier 1 — Basics › 1. Python › Core reading\n"
        "      Place: Tier 1 — Basics › 1. Python › Core reading → Tier 1 — Basics › 2. Haskell\n",
        "      Link: https://a.org/style → https://a.org/new-style\n      The source gets this link",
        "Retired (1)\n  entry “Reference”",
        "      Kept: 1 reading.",
        "Nothing was changed.\n",
    ):
        assert words in text


def test_a_new_list_is_previewed_whole(tmp_path):
    preview = preview_list(read(SMALL), reading_list=ReadingList(slug="new", title="New"))
    assert (len(preview.lines("added")), preview.unchanged) == (10, 0)
    assert [each.label for each in preview.list_changes] == ["Steps", "Prompts"]
    assert not ReadingList.objects.exists()


def test_a_preview_asks_as_much_of_a_long_list_as_of_a_short_one(django_assert_max_num_queries):
    import_text("\n\n".join(changed(".org/", f".org/{number}/") for number in range(10)))
    document = read(SMALL)
    found = ReadingList.objects.get()
    with django_assert_max_num_queries(17):
        preview_list(document, reading_list=found)
