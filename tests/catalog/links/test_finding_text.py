"""What a check of a link found, as it is stored and as it is read."""

from importlib import import_module

import pytest
from django.utils import translation

from catalog.links.finding_text import SENTENCES, finding_text, stored_finding

FACTS = {"status": 404, "port": 22, "host": "example.org", "title": "Not “found” 100 %"}


@pytest.mark.parametrize("code", SENTENCES)
def test_each_finding_is_read_in_the_reader_s_language(code):
    sentence = SENTENCES[code]
    used = {name: value for name, value in FACTS.items() if f"%({name})s" in str(sentence)}
    note = stored_finding(code, **used)
    english = finding_text(note)
    with translation.override("de"):
        german = finding_text(note)
    assert english != german
    assert "%(" not in english + german
    assert all(str(value) in english and str(value) in german for value in used.values())
    assert len(note) <= 500


@pytest.mark.parametrize("note", ["", "Moved to a new host.", '["gone"]', '["unknown", {}]', '["gone", {}]', '[""'])
def test_what_people_wrote_stays_as_it_is(note):
    assert finding_text(note) == note


def test_what_versions_before_stored_is_recognised_and_what_people_wrote_is_left():
    coded = import_module("catalog.migrations.0031_findings").coded
    before = {
        "The host says that there is no such page (404).": "The host says that there is no such page (404).",
        "The page calls itself “Ten (10) cakes”.": "The title of the page is “Ten (10) cakes”.",
        "It redirects for good to example.org.": "The link redirects permanently to example.org.",
        "It answers again.": "The link works again.",
    }
    assert {text: finding_text(coded(text)) for text in before} == before
    assert coded("It answers again. And again.") is None
