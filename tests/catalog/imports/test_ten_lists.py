"""Ten lists in ten habits come in as a curator would want them, and again after edits without loss of progress."""

import re

import pytest

from catalog.imports import import_list
from catalog.markdown.list_parser import read
from catalog.outline.entry import Entry
from notes.reading import Reading
from tests import factories
from tests.catalog.imports.ten_lists import LISTS, WrittenList
from tests.length import some


@pytest.mark.parametrize("written", LISTS, ids=lambda written: written.__name__)
def test_titles_and_topics_are_right_and_no_word_is_lost(written):
    made = written()
    document = read(made.text)
    found = [entry.title for _, entry in document.entries]
    right = sum(title == meant for title, meant in zip(found, made.titles, strict=True))
    assert right >= 0.98 * len(made.titles)
    assert [section.title for section in document.sections if section.kind == "topic"] == made.topics
    assert document.text == made.text
    said = [document.preamble, *(str(note) for note in document.notes)]
    for section in document.sections:
        said += [section.title, section.body, *(f"{entry.title} {entry.why}" for entry in section.entries)]
    visible = re.sub(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|<[^>]*>|https?:\S+", " ", made.text)
    assert set(re.findall(r"[^\W\d_]{2,}", visible)) <= set(re.findall(r"[^\W\d_]{2,}", " ".join(said)))


def _edited(made: WrittenList) -> str:
    """The file after twenty edits: eight titles reworded, eight sources moved to another address, four topics
    renamed."""
    text = made.text
    for number, title in enumerate(made.titles[:16]):
        if number % 2:
            text = re.sub(rf"https://papers\d\.org/p/{number}(?!\d)", f"https://moved.example/{number}", text)
        else:
            text = re.sub(rf"{re.escape(title)}(?!\w)", f"{title}, revised", text, count=1)
    for topic in made.topics[:4]:
        text = re.sub(rf"{re.escape(topic)}(?![\w.])", f"{topic} renamed", text, count=1)
    return text


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize("written", some(LISTS, 0), ids=lambda written: written.__name__)
@pytest.mark.one_engine
def test_a_second_import_after_twenty_edits_keeps_all_progress(written):
    made, reader = written(), factories.make_user()
    reading_list = import_list(read(made.text), slug="written", title="Written").reading_list
    entries = list(Entry.objects.filter(section__list=reading_list).order_by("position"))
    for entry in entries[:20]:
        Reading.objects.set(reader, entry, Reading.State.READ)
    before = {entry.pk: entry.source_id for entry in entries}
    import_list(read(_edited(made)), slug="written", title="Written")
    left = Entry.objects.not_retired().filter(section__list=reading_list)
    assert {entry.pk: entry.source_id for entry in left} == before
    assert sum(entry.title.endswith(", revised") for entry in left) == 8
    assert sum(entry.url.startswith("https://moved.example/") for entry in left) == 8
    topics = list(reading_list.sections.topics().values_list("title", flat=True))
    assert topics == [f"{topic} renamed" for topic in made.topics[:4]] + made.topics[4:]
    assert Reading.objects.filter(person=reader, source__in=before.values()).count() == 20
