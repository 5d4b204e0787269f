"""The pages of prose that a list brings along."""

import pytest

from catalog.outline.section import Section
from tests.catalog.shipped import import_shipped, import_text, queries

pytestmark = pytest.mark.django_db


def test_what_to_skip_is_a_page_of_its_own(client):
    import_shipped()
    page = client.get(Section.objects.get(title__startswith="What You Can").get_absolute_url()).text
    assert '<h1 dir="auto">What You Can Safely Skip for Now</h1>' in page
    assert '<li dir="auto">Generic “LLM from scratch” courses</li>' in page


def test_how_to_use_the_list_is_a_page_of_its_own(client):
    import_shipped()
    page = client.get(Section.objects.get(title__startswith="How to").get_absolute_url()).text
    assert "Do <strong>not</strong> read everything linearly." in page
    assert "When does it fail?" in page


def test_headings_under_a_page_are_its_chapters(client):
    import_text("# T\n\n- [A](https://a.org)\n\n# About\n\nWe.\n\n## The curators\n\nThey.")
    page = client.get(Section.objects.get(title="About").get_absolute_url()).text
    assert page.index("We.") < page.index("The curators</h2>") < page.index("They.")
    assert "The curators" not in client.get("/list/").text


def test_only_pages_have_a_page(client):
    import_shipped()
    assert client.get(f"/pages/{Section.objects.topics().first().pk}/").status_code == 404


def test_a_retired_page_says_so(client):
    import_shipped()
    page = Section.objects.get(title__startswith="What You Can")
    page.retire()
    assert "This page was retired from the list." in client.get(page.get_absolute_url()).text
    assert page.title not in client.get("/list/").text


def test_a_page_takes_a_fixed_number_of_queries(client):
    import_text("# T\n\n- [A](https://a.org)\n\n# About\n" + "\n## More\n\nProse.\n" * 30)
    assert queries(client, Section.objects.get(title="About").get_absolute_url()) == 2
