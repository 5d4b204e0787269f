"""Addresses that are found once a process are those that Django would find."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse, set_script_prefix

from readlist_site.base.web.addresses import address


def shown(text: str, **values: object) -> str:
    return Template("{% load static %}" + text).render(Context(values))


@pytest.mark.parametrize(
    ("name", "args"), [("home", ()), ("topic", (7,)), ("list", ("a-b",)), ("join", ("a-b_c",)), ("history", (5,))]
)  # fmt: skip
def test_an_address_is_what_django_returns(name, args):
    for _ in range(2):
        assert address(name, *args) == reverse(name, args=args)
    text = "{% url name " + " ".join(f"args.{place}" for place in range(len(args))) + " %}"
    expected = reverse(name, args=args).replace("&", "&amp;").replace("'", "&#x27;")
    assert shown(text, name=name, args=args) == expected
    assert shown("{% autoescape off %}" + text + "{% endautoescape %}", name=name, args=args) == reverse(
        name, args=args
    )


def test_arguments_with_names_variables_and_namespaces_work_as_in_django():
    assert shown("{% url 'topic' pk=7 %}") == "/topics/7/"
    assert shown("{% url 'topic' 7 as found %}[{{ found }}]") == "[/topics/7/]"
    assert shown("{% url 'no such page' as found %}[{{ found }}]") == "[]"
    assert shown("{% url 'admin:index' %}") == reverse("admin:index")
    with pytest.raises(NoReverseMatch):
        shown("{% url 'topic' %}")


def test_a_site_below_another_address_has_its_own(monkeypatch):
    assert address("topic", 7) == "/topics/7/"
    set_script_prefix("/below/")
    try:
        assert address("topic", 7) == "/below/topics/7/"
    finally:
        set_script_prefix("/")


def test_static_files_are_found_by_the_storage_in_use():
    assert shown("{% static 'icons.svg' %}#x") == shown("{% static 'icons.svg' as icons %}{{ icons }}#x")
    assert shown("{% static 'icons.svg' %}").startswith("/static/icons")
