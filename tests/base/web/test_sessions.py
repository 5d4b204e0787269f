"""A cookie is whatever somebody sends."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages"])
@pytest.mark.parametrize(
    "value", ['"aaaaaaaaaa\\000"', '"aaaaaaaa\\303\\251"', "x" * 4000, "short", "'; DROP TABLE", ""]
)
@pytest.mark.parametrize("path", ["/", "/settings/", "/accounts/login/", "/admin/"])
def test_a_cookie_that_is_none_of_ours_is_no_error(client, name, value, path):
    assert client.get(path, HTTP_COOKIE=f"{name}={value}").status_code in {200, 302}
    assert client.post(path, {"login": "a@example.org"}, HTTP_COOKIE=f"{name}={value}").status_code < 500
