"""Sentences of templates are looked up once a language, and say what Django's tags would say."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.templatetags import i18n
from django.utils.translation import override

from readlist_site.base.languages.isolating_tags import register

SENTENCES = [
    "{% translate 'Threads' %}",
    "{% translate 'Reading' context 'source' %}|{% translate 'Reading' context 'progress' %}",
    "{% translate 'Threads' as said %}{{ said }}{{ said }}",
    "{% translate name %}",
    "{% blocktranslate count number=number %}{{ number }} post{% plural %}{{ number }} posts{% endblocktranslate %}",
    "{% blocktranslate with names=name %}Approved by {{ names }}{% endblocktranslate %}",
    "{% blocktranslate asvar said %}Approved by {{ names }}{% endblocktranslate %}{{ said }}",
    "{% blocktranslate %}100% of {{ missing }} {{ name }}{% endblocktranslate %}",
]  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_is_what_django_says_in_each_language_and_with_each_value(sentence, monkeypatch):
    ours = Template("{% load i18n %}" + sentence)
    with monkeypatch.context() as django:
        for tag in ("translate", "blocktranslate"):
            django.setitem(register.tags, tag, i18n.register.tags[tag])
        theirs = Template("{% load i18n %}" + sentence)
    for language in ("de", "en-gb", "de"):
        with override(language):
            for name, number in [("Ada", 1), ("<b>", 2), ("Jonas", 1), ("Threads", 3_000), ("", 0)]:
                values = {"name": name, "names": name, "number": number}
                assert ours.render(Context(values)) == theirs.render(Context(values))


def test_a_number_that_is_none_is_an_error_as_in_django():
    text = "{% load i18n %}{% blocktranslate count n=n %}{{ n }} post{% plural %}{{ n }} posts{% endblocktranslate %}"
    with pytest.raises(TemplateSyntaxError, match="must be a number"):
        Template(text).render(Context({"n": "many"}))
