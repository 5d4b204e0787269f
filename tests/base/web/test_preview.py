"""What stands in a box, as it will be read."""

import pytest

from readlist_site.base.rate_limits.limit import Limit, person_key
from readlist_site.base.text import MAX_LENGTH

PREVIEW = "/preview/?box=body"


@pytest.fixture
def client(signed_in, ada):
    return signed_in(ada)


def test_it_renders_what_the_named_box_holds(client):
    page = client.post(PREVIEW, {"body": "Is it *the* one, $\\beta$?", "comment": "Another box"}).content.decode()
    assert "<em>the</em>" in page
    assert "<math" in page
    assert "Another box" not in page


def test_it_says_what_is_wrong_and_lets_nothing_through(client):
    page = client.post(PREVIEW, {"body": "$\\frac{1$ <script>alert(1)</script>"}).content.decode()
    assert 'class="coach"' in page
    assert "<script" not in page


@pytest.mark.parametrize("typed", [{}, {"body": "  \n"}, {"overall": "Another box"}])
def test_of_nothing_there_is_nothing_to_see(client, typed):
    assert client.post(PREVIEW, typed).content.strip() == b""


def test_what_is_too_long_is_not_shown(client):
    assert (
        "This text is too long to preview." in client.post(PREVIEW, {"body": "a" * (MAX_LENGTH + 1)}).content.decode()
    )


def test_what_would_be_refused_is_shown_as_written_with_the_reason(client):
    page = client.post(PREVIEW, {"body": "![" * 5_000}).content.decode()
    assert "This text has more than 500 images." in page
    assert "![![![" in page


def test_it_rests_when_texts_have_taken_too_much_time(client, ada, limit_clock):
    Limit.of("rendering", person_key(ada)).add(10)
    page = client.post(PREVIEW, {"body": "Words"})
    assert (page.status_code, page.headers["Retry-After"]) == (429, "30")
    assert "Try again in 30 seconds. The preview then continues by itself." in page.content.decode()
