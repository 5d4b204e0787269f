"""The catalogues hold what the pages say, whole, and are compiled."""

import pytest
from django.conf import settings

from readlist_site.base.languages.catalogue import compiled, extract_messages, po_path, read_catalogue, untranslated

pytestmark = pytest.mark.one_engine

SHIPPED = sorted(path.parent.parent.name for path in settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po"))


@pytest.fixture(scope="module")
def source():
    return {(message.context, message.id) for message in extract_messages() if message.id}


def test_german_is_shipped():
    assert "de" in SHIPPED


@pytest.mark.parametrize("language", SHIPPED)
def test_every_message_is_translated_and_none_is_left_over(language, source):
    catalogue = read_catalogue(language)
    assert {(message.context, message.id) for message in catalogue if message.id} == source, "Run `make messages`."
    assert [message.id for message in untranslated(catalogue)] == []


@pytest.mark.parametrize("language", SHIPPED)
def test_translations_have_the_placeholders_of_the_source(language):
    assert [
        (message.id, [str(error) for error in errors]) for message, errors in read_catalogue(language).check()
    ] == []


@pytest.mark.parametrize("language", SHIPPED)
def test_what_is_compiled_is_what_was_translated(language):
    assert po_path(language).with_suffix(".mo").read_bytes() == compiled(language), "Run `make messages`."
