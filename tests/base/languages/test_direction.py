"""What is put into a sentence stays in one piece where it is read in the other direction: names, lists of them."""

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from readlist_site.base.languages.direction import isolated
from readlist_site.base.languages.formats import list_of_names
from readlist_site.base.languages.message import Message

OMAR, APART = "عمر", "\u2068عمر\u2069"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (OMAR, APART),
        (f"Ada {OMAR}", f"\u2068Ada {OMAR}\u2069"),
        (APART, APART),
        ("Ada", "Ada"),
        ("Tomás", "Tomás"),
        ("Ωμέγα 王", "Ωμέγα 王"),
        ("", ""),
        (7, 7),
        (None, None),
    ],
)
def test_on_a_page_that_is_read_from_left_to_right(value, shown):
    assert isolated(value) == shown


def test_on_a_page_that_is_read_from_right_to_left():
    with translation.override("ar"):
        assert (isolated("Ada"), isolated(OMAR), isolated("7 %")) == ("\u2068Ada\u2069", OMAR, "7 %")


def test_html_stays_html():
    html = format_html("<b>{}</b>", OMAR)
    assert isolated(html) == f"\u2068<b>{OMAR}</b>\u2069"
    assert isinstance(isolated(html), SafeString)


def test_in_the_sentence_of_a_template():
    sentence = Template(
        "{% load i18n %}{% blocktranslate count n=n with name=who asvar said %}{{ name }} of {{ group }}: {{ n }}"
        "{% plural %}{{ name }}, {{ group }}: {{ n }}{% endblocktranslate %}{{ said }}|{{ missing }}"
    )
    assert sentence.render(Context({"who": f"{OMAR}<", "group": "Ada’s", "n": 2})) == ("\u2068عمر&lt;\u2069, Ada’s: 2|")
    assert sentence.render(Context({"who": "Ada", "group": OMAR, "n": 1})) == f"Ada of {APART}: 1|"


def test_in_a_list_of_names_and_in_a_message():
    assert list_of_names(["Ada", OMAR]) == f"Ada and {APART}"
    assert str(Message("%(name)s joined.", {"name": OMAR})) == f"{APART} joined."
