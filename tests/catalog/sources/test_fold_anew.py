"""Sources that were made before an address was known to be another's get the keys of today, and nobody loses theirs."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from catalog.sources.source import Source
from tests.catalog.admin.test_admin import change

pytestmark = pytest.mark.django_db


def source(url: str, key: str) -> Source:
    return Source.objects.create(url=url, canonical_url=key, listed_title=url)


def fold_anew() -> dict[str, str]:
    """Key by link after the migration."""
    migration = import_module("catalog.migrations.0008_fold_anew")
    migration.fold_anew(apps, SimpleNamespace(connection=connection))
    return dict(Source.objects.values_list("url", "canonical_url"))


def test_a_source_gets_the_key_of_today():
    source("https://youtu.be/dQw4w9WgXcQ?t=3", "youtu.be/dQw4w9WgXcQ?t=3")
    source("https://example.org/a", "example.org/a")
    source("no address", "by hand")
    assert fold_anew() == {
        "https://youtu.be/dQw4w9WgXcQ?t=3": "youtube.com/watch?v=dQw4w9WgXcQ",
        "https://example.org/a": "example.org/a",
        "no address": "by hand",
    }


def test_of_two_that_are_the_same_one_takes_the_key_and_the_other_keeps_its_own():
    source("https://dl.acm.org/doi/10.1145/1", "dl.acm.org/doi/10.1145/1")
    source("https://doi.org/10.1145/1", "doi.org/10.1145/1")
    source("https://youtu.be/dQw4w9WgXcQ", "youtu.be/dQw4w9WgXcQ")
    source("https://youtube.com/live/dQw4w9WgXcQ", "youtube.com/live/dQw4w9WgXcQ")
    keys = fold_anew()
    assert keys == {
        "https://dl.acm.org/doi/10.1145/1": "dl.acm.org/doi/10.1145/1",
        "https://doi.org/10.1145/1": "doi.org/10.1145/1",
        "https://youtu.be/dQw4w9WgXcQ": "youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com/live/dQw4w9WgXcQ": "youtube.com/live/dQw4w9WgXcQ",
    }
    assert fold_anew() == keys


def test_what_is_no_publishers_gets_a_key_of_its_own():
    source("https://example.org/doi/10.1145/1", "doi.org/10.1145/1")
    source("https://dl.acm.org/doi/10.1145/2", "doi.org/10.1145/2")
    migration = import_module("catalog.migrations.0013_doi_of_publishers")
    migration.fold_anew(apps, SimpleNamespace(connection=connection))
    assert sorted(Source.objects.values_list("canonical_url", flat=True)) == [
        "doi.org/10.1145/2",
        "example.org/doi/10.1145/1",
    ]


def test_what_waits_to_be_merged_can_be_changed_meanwhile(desk):
    waiting = source("https://dl.acm.org/doi/10.1145/1", "dl.acm.org/doi/10.1145/1")
    source("https://doi.org/10.1145/1", "doi.org/10.1145/1")
    assert change(desk, waiting, venue="CHI").status_code == 302
    waiting.refresh_from_db()
    assert (waiting.venue, waiting.canonical_url) == ("CHI", "dl.acm.org/doi/10.1145/1")
    refused = change(desk, waiting, url="https://dl.acm.org/doi/pdf/10.1145/1")
    assert reverse("admin:catalog_source_change", args=[waiting.pk + 1]) in refused.text
