"""Quotation marks inside what a sentence quotes."""

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString
from django.utils.translation import override

SENTENCE = (
    "{% load i18n %}{% blocktranslate %}{{ marker }} marked your post in “{{ thread }}” in {{ group }} as the answer"
    "{% endblocktranslate %}"
)


@pytest.mark.parametrize(
    ("language", "title", "shown"),
    [
        ("en-gb", "“Critical” batch", "“‘Critical’ batch”"),
        ("en-gb", 'On "noise"', "“On ‘noise’”"),
        ("en-gb", "„Rauschen“", "“‘Rauschen’”"),
        ("de", "“Critical” and “noise”", "„‚Critical‘ and ‚noise‘“"),
        # Nothing is doubled.
        ("en-gb", "Which “knob”?", "“Which “knob”?”"),
        ("en-gb", '6" wafers', '“6" wafers”'),
        ("en-gb", "", "“”"),
    ],
)
def test_a_title_that_begins_or_ends_with_them_gets_inner_ones(language, title, shown):
    with override(language):
        said = Template(SENTENCE).render(Context({"marker": title, "thread": title, "group": "G"}, autoescape=False))
    assert shown in said
    assert title in said.replace(shown, ""), "what isn’t quoted stays as it is"


def test_html_stays_as_it_is():
    title = SafeString("“<b>Critical</b>”")
    assert f"“{title}”" in Template(SENTENCE).render(Context({"thread": title}))
