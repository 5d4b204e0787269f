"""A drawing that a template makes, to be asked for its parts."""

from xml.etree import ElementTree

from django.template.loader import render_to_string


def drawn(template: str, **context) -> ElementTree.Element:
    """The one element that the template is."""
    return ElementTree.fromstring(render_to_string(template, context))  # noqa: S314 our own markup


def words(element: ElementTree.Element) -> str:
    """What it says."""
    return " ".join("".join(element.itertext()).split())
