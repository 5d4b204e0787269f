"""Templates show the same with the short cuts of our engine and without them."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import TextChoices
from django.template import Context, engines
from django.template.base import FilterExpression, NodeList, Variable, VariableNode
from django.template.loader_tags import IncludeNode
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from readlist_site.base.web import template_engine

CALLS = []


class Kind(TextChoices):
    ONE = "one"


class Thing:
    name, safe, number, nothing = "<Ada>", mark_safe("<b>"), 12_345, None
    kind, Kind = Kind.ONE, Kind

    def method(self) -> str:
        return "called & shown"

    def with_argument(self, what: str) -> str:
        return what

    def delete(self) -> str:
        CALLS.append("deleted")
        return "deleted"

    delete.alters_data = True

    def missing(self) -> None:
        raise ObjectDoesNotExist

    def broken(self) -> None:
        raise ZeroDivisionError

    @property
    def without_attribute(self) -> str:
        return self.nowhere


VALUES = {
    "thing": Thing(), "text": "a < b", "list": ["x", "y"], "none": None, "flag": True, "half": 0.5, "big": 1_000_000,
    "when": datetime(2026, 3, 1, 12, tzinfo=UTC), "lazy": gettext_lazy("Threads"), "kind": Kind.ONE, "Kind": Kind,
    "words": {"one": 1, "items": "an item", "method": len, "deep": {"er": "<i>"}}, "space": SimpleNamespace(pk=3),
    "function": lambda: "from a function",
}  # fmt: skip
NAMES = [
    "thing.name", "thing.safe", "thing.number", "thing.nothing", "thing.nothing.name", "thing.kind", "thing.Kind.ONE",
    "thing.method", "thing.method.upper", "thing.with_argument", "thing.delete", "thing.missing", "thing.missing.name",
    "thing.nowhere", "thing.name.upper", "thing.name.0", "thing.broken", "thing.without_attribute", "text", "list.1",
    "list.7", "list.first", "none", "none.name", "flag", "half", "big", "when", "when.year", "lazy", "kind.label",
    "Kind.ONE", "words.one", "words.items", "words.method", "words.deep.er", "words.deep.est", "space.pk", "function",
    "function.upper", "unknown", "unknown.name", "push", "get", "True", "'<text>'", "7", "_('Threads')",
]  # fmt: skip
TEMPLATES = [
    "{{{{ {0} }}}}",
    "{{{{ {0}|default:'none' }}}}",
    "{{% if {0} %}}yes{{% else %}}no{{% endif %}}",
    "{{% if {0} == None %}}nothing{{% endif %}}",
    "{{% autoescape off %}}{{{{ {0} }}}}{{% endautoescape %}}",
    "{{% for each in {0} %}}{{{{ each }}}},{{% endfor %}}",
    "{{% with it={0} %}}{{{{ it }}}}{{% endwith %}}",
]


def shown(template: str) -> str:
    """Return what a template shows, or the name of the exception that it raises."""
    try:
        return engines["django"].from_string(template).template.render(Context(VALUES))
    except Exception as error:
        return type(error).__name__


@pytest.mark.parametrize("name", NAMES)
def test_shows_what_django_shows(name, monkeypatch):
    templates = [each.format(name) for each in TEMPLATES]
    assert Variable._resolve_lookup is template_engine.look_up
    ours = [shown(each) for each in templates]
    monkeypatch.setattr(Variable, "_resolve_lookup", template_engine._look_up)
    monkeypatch.setattr(FilterExpression, "resolve", template_engine._resolve)
    monkeypatch.setattr(VariableNode, "render", template_engine._show)
    monkeypatch.setattr(NodeList, "render", template_engine._join)
    assert ours == [shown(each) for each in templates]
    assert not CALLS


INCLUDES = [
    '{% include "icon.html" with name="tick" %}',
    '{% include "icon.html" with name=text %}',
    '{% for name in list %}{% include "icon.html" %}{% include "icon.html" with name="tick" only %}{% endfor %}',
    '{% include "icon.html" with name="tick"|upper %}{% include "icon.html" only %}',
    '{% autoescape off %}{% include "icon.html" with name=text %}{% endautoescape %}',
    "{% include thing.name %}",
    '{% with page="icon.html" name="bell" %}{% include page %}{% endwith %}',
    '{% include "words_of_texts.html" %}',
    '{% include "nowhere.html" %}',
]


@pytest.mark.parametrize("template", INCLUDES)
def test_includes_what_django_includes(template, monkeypatch):
    def twice_in_each_language() -> list[str]:
        found = []
        for language in ("en-gb", "de"):
            with translation.override(language):
                one = engines["django"].from_string(template).template
                for values in (VALUES, VALUES | {"text": "other", "list": ["z"]}):
                    try:
                        found.append(one.render(Context(values)))
                    except Exception as error:
                        found.append(type(error).__name__)
        return found

    ours = twice_in_each_language()
    assert IncludeNode.render is template_engine.include
    monkeypatch.setattr(IncludeNode, "render", template_engine._include)
    assert ours == twice_in_each_language()


@pytest.mark.parametrize("escaped_first", [True, False])
def test_what_always_shows_the_same_is_escaped_where_it_stands(escaped_first):
    """The template that is included is the same object in both."""
    plain, unescaped = (
        engines["django"].from_string(each).template
        for each in (
            '{% include "icon.html" with name="<b>" %}',
            '{% autoescape off %}{% include "icon.html" with name="<b>" %}{% endautoescape %}',
        )
    )
    first, second = (plain, unescaped) if escaped_first else (unescaped, plain)
    ours = {one: one.render(Context()) for one in (first, second, first, second)}
    assert ours == {one: _with_django(one) for one in ours}


def _with_django(template) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IncludeNode, "render", template_engine._include)
        return template.render(Context())


def test_blocks_are_those_that_django_finds_at_each_page(monkeypatch):
    """In a page of the common template, the second time too, and in one that fills a block that no other page has."""

    def twice() -> list[str]:
        pages = [engines["django"].from_string(each).template for each in EXTENDING]
        return [page.render(Context(VALUES)) for _ in range(2) for page in pages]

    ours = twice()
    assert NodeList.get_nodes_by_type is template_engine.nodes_by_type
    monkeypatch.setattr(NodeList, "get_nodes_by_type", template_engine._nodes_by_type)
    assert ours == twice()
    assert ours[0] != ours[1]


EXTENDING = [
    '{% extends "base.html" %}{% block title %}One{% endblock %}',
    '{% extends "base.html" %}{% block title %}{{ block.super }}, too{% endblock %}{% block nowhere %}x{% endblock %}',
]
