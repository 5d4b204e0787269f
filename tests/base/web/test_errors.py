"""What goes wrong is said on a page of ours, in our words, with a way on."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from readlist_site.urls import urlpatterns as ours
from readlist_site.wsgi import application


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("The database says: secret")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("secret")


urlpatterns = [*ours, path("broken/", broken), path("forbidden/", forbidden)]


@pytest.fixture
def visitor() -> Client:
    """Sees what a browser would, not the exception."""
    return Client(raise_request_exception=False)


@pytest.fixture
def with_faults(settings):
    settings.ROOT_URLCONF = __name__


# 404


@pytest.mark.parametrize("path", ["/nothing/", "/groups/999999/", "/accounts/nothing/", "/%00", "/" + "x" * 3000])
def test_nothing_is_there(signed_in, ada, path):
    page = signed_in(ada).get(path)
    assertContains(page, "Page not found", status_code=404)
    assertContains(page, 'href="/list/"', status_code=404)
    assertContains(page, "Ada Okafor: settings", status_code=404)


def test_nothing_is_there_for_a_visitor_either(client, db):
    page = client.get("/nothing/")
    assertTemplateUsed(page, "404.html")
    assertContains(page, 'href="/accounts/login/"', status_code=404)


# 403


def test_what_is_not_open_to_me_says_who_i_am(with_faults, signed_in, ada):
    page = signed_in(ada).get("/forbidden/")
    assertTemplateUsed(page, "403.html")
    assertContains(page, "You are signed in as Ada Okafor", status_code=403)
    assertNotContains(page, "secret", status_code=403)


# CSRF


@pytest.fixture
def strict(ada) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    return client


def test_a_form_without_its_token_says_what_to_do(strict):
    page = strict.post("/settings/", {"display_name": "Eve"})
    assertTemplateUsed(page, "403_csrf.html")
    assertContains(page, "Go back, reload the page and send the form again.", status_code=403)
    assertNotContains(page, "Eve", status_code=403)


def test_what_was_written_comes_back_to_be_copied(strict):
    text = "It fails when the <judge> shares\nthe model’s taste."
    page = strict.post("/settings/", {"body": text, "note": "y" * 50, "short": "abc", "csrfmiddlewaretoken": "z" * 64})
    assertContains(page, "It fails when the &lt;judge&gt; shares\nthe model’s taste.</textarea>", status_code=403)
    assertContains(page, "<textarea", 2, status_code=403)
    assertNotContains(page, "z" * 64, status_code=403)


def test_a_password_never_comes_back(strict):
    secret = "p" * 60
    page = strict.post("/accounts/password/change/", {"oldpassword": secret, "password1": secret})
    assertNotContains(page, secret, status_code=403)


def test_a_visitor_with_an_old_page_gets_it_too(db):
    page = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org", "password": "x"})
    assertContains(page, "Not sent: the page was too old", status_code=403)


# 400


def test_another_host_is_no_address_of_ours(client):
    page = client.get("/", headers={"host": "evil.example"})
    assertContains(page, "This request can’t be answered", status_code=400)


def test_too_many_fields_are_no_form_of_ours(strict):
    page = strict.post("/settings/", {f"field{number}": "x" for number in range(2000)})
    assertTemplateUsed(page, "400.html")
    assert page.status_code == 400


def test_far_too_much_is_not_read(strict):
    page = strict.post("/settings/", "x" * 3_000_000, content_type="application/x-www-form-urlencoded")
    assertContains(page, "too little, too much", status_code=413)


MULTIPART = b'--abc\r\nContent-Disposition: form-data; name="x"\r\n\r\nx\r\n--abc--\r\n'


@pytest.mark.parametrize("path", ["/nothing/", "/settings/", "/accounts/login/", "/healthz"])
@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "hex", "rot13", "latin-1"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_letters_in_another_charset_than_ours_are_no_form(strict, path, charset, method):
    strict.get("/accounts/login/")
    for body, kind in (b"a=%ff", "application/x-www-form-urlencoded"), (MULTIPART, "multipart/form-data; boundary=abc"):
        page = strict.generic(method, path, body, content_type=f"{kind}; charset={charset}")
        assertContains(page, "This request can’t be answered", status_code=400)


@pytest.mark.parametrize(
    ("charset", "query"),
    [(charset, "a=%ff") for charset in ("hex", "rot13", "utf-16", "idna", "undefined", "nonsense")]
    + [("idna", "a=%41"), ("utf-8", "&a" * 1100)],
)
def test_a_charset_that_is_none_is_refused_before_the_address_is_read(client, db, charset, query):
    """By the server's own handler, since the test client has another one. So are more fields than are read."""
    environ = client._base_environ(PATH_INFO="/nothing/", QUERY_STRING=query, CONTENT_TYPE=f"a/b; charset={charset}")
    said = []
    application(environ, lambda status, headers: said.append(status))
    assert said == ["404 Not Found" if charset == "nonsense" else "400 Bad Request"]


def test_a_form_that_names_our_charset_by_another_name_is_read(strict):
    page = strict.post("/settings/", "display_name=Eve", content_type="application/x-www-form-urlencoded; charset=UTF8")
    assert page.status_code == 403


@pytest.mark.parametrize("path", ["/nothing/", "/settings/", "/accounts/login/", "/groups/999999/membership/cancel/"])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"x", "multipart/form-data"),
        (b"--abc\r\n", f"multipart/form-data; boundary={'a' * 300}"),
        (MULTIPART.replace(b'"x"', b'"x"\r\nContent-Transfer-Encoding: base64'), "multipart/form-data; boundary=abc"),
        (MULTIPART.replace(b'"x"', b'"x"; filename="x"') * 200, "multipart/form-data; boundary=abc"),
        (b"&x" * 2000, "application/x-www-form-urlencoded"),
        (b"x" * 3_000_000, "application/x-www-form-urlencoded"),
    ],
)
def test_a_form_that_can_not_be_read_is_no_fault_of_ours(strict, path, body, kind):
    strict.get("/accounts/login/")
    assert strict.post(path, body, content_type=kind).status_code in {400, 403, 404, 413}
    strict.handler.enforce_csrf_checks = False
    assert strict.post(path, body, content_type=kind).status_code in {302, 400, 404, 413, 422}


# 500


def test_a_fault_of_ours_says_so_and_tells_nothing(with_faults, visitor, ada):
    visitor.force_login(ada)
    page = visitor.get("/broken/")
    assertTemplateUsed(page, "500.html")
    assertContains(page, "Something went wrong", status_code=500)
    assertContains(page, 'href="/static/css/index.css"', status_code=500)
    assertNotContains(page, "secret", status_code=500)
    assertNotContains(page, "Ada", status_code=500)


def test_a_fault_is_shown_even_without_database_and_file_names(with_faults, visitor, settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }

    def unreachable(*arguments):
        raise AssertionError("no database")

    with connection.execute_wrapper(unreachable):
        visitor.cookies["sessionid"] = "a" * 32
        page = visitor.get("/broken/")
    assertContains(page, "Something went wrong", status_code=500)


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_what_may_be_broken_is_not_needed(template):
    from django.template.loader import render_to_string

    page = render_to_string(template)
    assert "<style" not in page
    assert "style=" not in page
    assert "<script" not in page


def test_an_address_that_only_takes_forms_says_so_when_it_is_opened(signed_in, ada, group):
    answer = signed_in(ada).get(reverse("preview"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "can’t be opened directly" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/settings/", 200), ("/nothing/", 404), ("/broken/", 500), ("/forbidden/", 403), ("/preview/", 405)],
)
def test_no_page_not_even_one_of_an_error_can_be_framed_elsewhere(with_faults, visitor, ada, path, status):
    visitor.force_login(ada)
    page = visitor.get(path)
    assert (page.status_code, page.headers["X-Frame-Options"]) == (status, "DENY")
