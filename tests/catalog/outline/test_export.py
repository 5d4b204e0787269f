"""A list leaves as it came: byte for byte where nobody changed it, and to the same tree where somebody did."""

import json
from io import StringIO
from itertools import product

import pytest
from django.core.management import CommandError, call_command

from catalog.imports import import_list
from catalog.markdown.list_parser import read
from catalog.markdown.write import tree_of
from catalog.outline.entry import Entry
from catalog.outline.export import as_json, as_markdown, document_of
from catalog.outline.section import Section
from catalog.sources.source import Source
from tests import factories
from tests.catalog.shipped import import_shipped, import_text, shipped_text
from tests.length import some

# Rows are read and pages shown: the same on every engine.
pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

SMALL = """A list.

# Basics

## Python

Begin here.

### Core reading

1. [Tutorial](https://a.org/tutorial) Why: Short.
2. [Reference](https://a.org/reference) Why: Long.

---

### Practice

* [Style](https://a.org/style) - taste
"""


def add(title: str, section: str, *, position: int = 99, why: str = "") -> Entry:
    url = f"https://new.org/{position}"
    heading = Section.objects.get(title=section)
    source = Source.objects.get_or_create_by_url(url, title=title)
    return Entry.objects.create(
        section=heading, topic=heading, source=source, position=position, title=title, url=url, why=why
    )


def test_the_shipped_list_leaves_byte_for_byte():
    assert as_markdown(import_shipped()).encode() == shipped_text().encode()


def test_the_command_writes_the_default_list_or_the_named_one():
    import_shipped()
    import_text(SMALL, slug="small")
    for args, text in [([], shipped_text()), (["small"], SMALL)]:
        out = StringIO()
        call_command("export_readlist", *args, stdout=out)
        assert out.getvalue() == text


def test_the_command_names_the_lists_that_there_are():
    import_text(SMALL, slug="small")
    with pytest.raises(CommandError, match=r"no list “large”. Lists: small\."):
        call_command("export_readlist", "large")


def test_only_what_a_curator_changed_is_written_anew():
    found = import_text(SMALL)
    Entry.objects.filter(title="Reference").update(why="Very *long*.")
    Section.objects.filter(title="Practice").update(title="Good practice")
    text = as_markdown(found)
    assert text.startswith(SMALL[: SMALL.index("2. [Reference]")])
    assert text.endswith("* [Style](https://a.org/style) - taste\n")
    assert "2. **Reference**  \n   [https://a.org/reference](https://a.org/reference)  \n   Why: Very *long*.\n" in text
    assert "\n\n### Good practice\n\n" in text


def test_what_is_added_joins_its_list():
    found = import_text(SMALL)
    add("A new one", "Practice", why="- for\n- reasons")
    assert as_markdown(found).removeprefix(SMALL) == (
        "* **A new one**  \n  [https://new.org/99](https://new.org/99)\n\n  - for\n  - reasons\n"
    )


def test_what_is_retired_is_left_out():
    found = import_text(SMALL)
    Entry.objects.get(title="Reference").retire()
    Section.objects.get(title="Practice").retire()
    assert as_markdown(found) == SMALL[: SMALL.index("2. [Reference]")]


def test_what_is_moved_takes_its_lines_along():
    found = import_text(SMALL)
    Entry.objects.filter(title="Style").update(section=Section.objects.get(title="Core reading"), position=1)
    Entry.objects.filter(title="Tutorial").update(position=2)
    Entry.objects.filter(title="Reference").update(position=3)
    document = read(as_markdown(found))
    assert [entry.title for _, entry in document.entries] == ["Style", "Tutorial", "Reference"]


def test_an_export_after_changes_arrives_as_the_same_tree_and_changes_nothing_here():
    found = import_shipped()
    entry = Entry.objects.not_retired().filter(section__list=found).first()
    Entry.objects.filter(pk=entry.pk).update(title="[Odd] *title* # 1.", why="> quoted\n\n```\ncode\n```")
    Section.objects.filter(title="Core reading").update(body="Read *all*.\n\n- twice")
    text = as_markdown(found)
    assert tree_of(read(text)) == tree_of(document_of(found))
    other = import_list(read(text), slug="other", title="Other").reading_list
    assert as_markdown(other) == text
    again = import_list(read(text), slug=found.slug, title=found.title)
    assert not [again.preview.lines(key) for key in ("added", "changed", "retired") if again.preview.lines(key)]
    assert as_markdown(found) == text


METHOD = (
    SMALL
    + """
# How to use this

Not all of it.

1. Read one
2. Write:

   * What is new?
   * What is old?
3. Tell

Then rest.
"""
)


def method_of(reading_list) -> tuple[list[str], list[str]]:
    prompts = reading_list.prompts.not_retired()
    return [step.text for step in reading_list.steps.all()], [prompt.text for prompt in prompts]


METHODS = [
    (["Read **two**", "Write", "Rest"], ["What is *new*?"]),
    (["Only write"], ["One?", "Two?", "- Three?"]),
    ([f"Step {number}" for number in range(12)], ["What?"]),
    (["1. Begin", "# End"], []),
    ([], ["What is left?", "And then?"]),
]


@pytest.mark.soak
@pytest.mark.parametrize(("method", "text"), some(list(product(METHODS, [SMALL, METHOD, shipped_text()])), 0, of=2))
def test_a_method_that_curators_changed_leaves_with_the_list(text, method):
    steps, prompts = method
    found = import_text(text)
    found.steps.all().delete()
    found.prompts.all().delete()
    for position, step in enumerate(steps, start=1):
        found.steps.create(position=position, text=step)
    for position, prompt in enumerate(prompts, start=1):
        found.prompts.create(position=position, text=prompt)
    written = as_markdown(found)
    assert written.startswith(text[: text.find("\n# How")])
    assert tree_of(read(written)) == tree_of(document_of(found))
    other = import_text(written, slug="other")
    said = [[text.replace("\\", "") for text in part] for part in method_of(other)]
    assert said == [steps, prompts or factories.PROMPTS]
    assert as_markdown(other) == written
    import_text(written)
    assert as_markdown(found) == written


def test_what_stands_around_the_method_stays():
    found = import_text(METHOD)
    found.steps.filter(text="Tell").update(text="Tell others")
    assert as_markdown(found).endswith(
        "Not all of it.\n\n1. Read one\n2. Write:\n\n   * What is new?\n   * What is old?\n\n3. Tell others\n\n"
        "Then rest.\n\n"
    )
    found.steps.filter(text="Tell others").update(text="Tell")
    assert as_markdown(found) == METHOD


def test_json_says_what_markdown_has_no_words_for():
    said = json.loads(as_json(import_shipped()))
    assert said["steps"][0] == "Read one **core** source"
    topic = said["sections"][0]["sections"][0]
    assert (topic["kind"], topic["sections"][0]["role"]) == ("topic", "core")
    assert topic["sections"][0]["entries"][0]["source"]["canonical_url"] == "rlhfbook.com"


@pytest.mark.parametrize(("suffix", "kind"), [("md", "text/markdown"), ("json", "application/json")])
def test_a_reader_may_keep_the_list_as_a_file(client, suffix, kind):
    found = import_shipped()
    page = client.get(found.get_absolute_url()).content.decode()
    assert f'href="/lists/shipped.{suffix}"' in page
    answer = client.get(f"/lists/shipped.{suffix}")
    assert answer["Content-Type"] == f"{kind}; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="shipped.{suffix}"'
    assert answer.content.decode() == (shipped_text() if suffix == "md" else as_json(found))


@pytest.mark.parametrize("suffix", ["md", "json"])
def test_a_program_that_has_the_file_gets_304_until_the_list_changes(client, suffix):
    found = import_shipped()
    first = client.get(f"/lists/shipped.{suffix}")
    known = {"If-None-Match": first.headers["ETag"]}
    assert "no-store" in first.headers["Cache-Control"]
    again = client.get(f"/lists/shipped.{suffix}", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    found.sections.not_retired().filter(parent=None).update(title="Another title")
    assert client.get(f"/lists/shipped.{suffix}", headers=known).status_code == 200
    type(found).objects.update(status="draft", is_default=False)
    assert client.get(f"/lists/shipped.{suffix}", headers=known).status_code == 404
