"""The queue of doubtful links at the curators' desk."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Change, Doubt, Entry, LinkCheck, Report, Source
from notes.models import Reading
from tests import factories
from tests.catalog.shipped import import_shipped
from tests.catalog.test_admin import fields_of

pytestmark = pytest.mark.django_db

QUEUE = "/admin/catalog/doubt/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def shipped(db):
    return import_shipped()


@pytest.fixture
def doubts(db) -> list[Doubt]:
    """Three, the last two with a better link."""
    entries = list(Entry.objects.filter(topic__list=factories.make_list())[:3])
    return [
        Doubt.objects.raise_about(
            entry.source, kind="elsewhere", note="It shows robots.", better_url=place and f"https://a.org/{place}"
        )
        for place, entry in zip(["", 1, 2], entries, strict=True)
    ]


def open_doubt(**fields) -> Doubt:
    return Doubt.objects.open().filter(**fields).exclude(better_url="").select_related("source").earliest("pk")


def post(client, doubt: Doubt, headers=None, **data):
    return client.post(reverse("admin:catalog_doubt_settlement", args=[doubt.pk]), data, headers=headers)


def test_the_queue_shows_what_is_known_of_each_and_the_better_links_first(desk, shipped):
    doubt = open_doubt(kind="elsewhere")
    LinkCheck.objects.create(source=doubt.source, outcome="moved", status=301, title="Another page")
    Report.objects.create(source=doubt.source, kind="wrong", text="It shows robots.")
    Reading.objects.set(factories.make_user(), doubt.source.entries.get(), Reading.State.READ)
    page = desk.get(QUEUE)
    rows = page.context["rows"]
    assert len(rows) == 31
    assert [bool(row.doubt.better_url) for row in rows] == [True] * 12 + [False] * 19
    text = page.content.decode()
    for words in (
        doubt.source.url,
        doubt.better_url,
        "moved (301), “Another page”",
        "It shows robots.",
        "<dd>1 reading</dd>",
    ):
        assert words in text
    assert text.count('target="_blank" rel="noopener noreferrer"') == text.count('target="_blank"') == 31 + 12
    assert text.count("Take the better link") == 12


def test_one_click_takes_the_better_link_and_leads_to_the_next(desk, curator, doubts):
    doubt = open_doubt()
    following = Doubt.objects.open().after(doubt).first()
    answer = post(desk, doubt, how="better", seen=doubt.better_url)
    assert answer.url == f"{QUEUE}#doubt-{following.pk}"
    doubt.refresh_from_db()
    assert (doubt.how, doubt.settled_by) == ("better", curator)
    page = desk.get(QUEUE).content.decode()
    assert "has the better link now" in page
    assert f'id="doubt-{doubt.pk}"' not in page
    settled = desk.get(f"{QUEUE}?settled").content.decode()
    assert "Took the better link, Cora Curator" in settled
    assert str(doubt.source) in settled


def test_a_row_answers_in_place(desk, doubts):
    doubt = open_doubt()
    page = post(desk, doubt, HTMX, how="dismissed", reason="I looked.").content.decode()
    assert page.startswith(f'<li class="doubt is-settled" id="doubt-{doubt.pk}" data-settled>')
    assert "<html" not in page
    assert 'role="status"' in page
    assert "2 wait" in page
    assert "“I looked.”" in page


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("how", "typed", "says"),
    [
        ("dismissed", {"reason": "  "}, "Say why"),
        ("other", {"url": ""}, "Write the address"),
        ("other", {"url": "javascript:alert(1)"}, "Enter a valid URL"),
        ("other", {"url": "ftp://a.org/typed"}, "ftp://a.org/typed"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(desk, doubts, headers, how, typed, says):
    doubt = open_doubt()
    page = post(desk, doubt, headers, how=how, **typed).content.decode()
    assert says in page
    assert page.count('aria-invalid="true"') == page.count("<details open>") == 1
    assert ("<html" in page) == (not headers)
    for value in filter(str.strip, typed.values()):
        assert f'value="{value}"' in page
    assert Doubt.objects.open().count() == 3


@pytest.mark.parametrize("how", ["other", "better"])
def test_an_address_that_is_known_is_named_and_can_be_merged(desk, doubts, how):
    doubt = open_doubt()
    other = Source.objects.at(doubt.better_url, title="The same under another name")
    page = post(desk, doubt, HTMX, how=how, url=other.url, seen=doubt.better_url).content.decode()
    assert str(other) in page
    assert f"{reverse('admin:catalog_source_merge', args=[doubt.source_id])}?with={other.pk}" in page
    assert Doubt.objects.open().filter(pk=doubt.pk).exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_who_comes_second_is_told(desk, doubts, headers):
    doubt = open_doubt()
    Doubt.objects.get(pk=doubt.pk).dismiss("Faster.", factories.make_user("Femi Ade"))
    changes = Change.objects.count()
    answer = post(desk, doubt, headers, how="better", seen=doubt.better_url)
    page = answer if headers else desk.get(answer.url)
    assert "Femi Ade settled “" in page.content.decode()
    assert Change.objects.count() == changes


def test_a_better_link_that_is_another_by_now_is_not_taken(desk, doubts):
    doubt = open_doubt()
    answer = post(desk, doubt, HTMX, how="better", seen="https://a.org/old")
    assert "Something else was found" in answer.content.decode()
    assert Doubt.objects.open().filter(pk=doubt.pk).exists()


def test_looking_changes_nothing(desk, doubts):
    doubt = open_doubt()
    before = list(Doubt.objects.values_list())
    for url in (QUEUE, f"{QUEUE}?settled", f"{QUEUE}?from={doubt.pk}", f"{QUEUE}?from=x"):
        assert desk.get(url).status_code == 200
    assert desk.get(f"{QUEUE}{doubt.pk}/change/", follow=True).status_code == 200
    assert desk.get(reverse("admin:catalog_doubt_settlement", args=[doubt.pk])).status_code == 405
    assert desk.post(QUEUE).status_code == 405
    assert list(Doubt.objects.values_list()) == before
    assert not Change.objects.exclude(code="imported").exists()


def test_who_is_no_curator_neither_sees_nor_settles(client, signed_in, doubts):
    doubt = open_doubt()
    for visitor, status in (
        (client, 302),
        (signed_in(factories.make_user()), 302),
        (signed_in(factories.make_user(is_staff=True)), 403),
    ):
        assert visitor.get(QUEUE).status_code == status
        assert post(visitor, doubt, how="dismissed", reason="No.").status_code == status
        assert visitor.get(f"{QUEUE}{doubt.pk}/change/").status_code == status
    assert Doubt.objects.open().count() == 3


def test_who_may_only_look_has_nothing_to_press(signed_in, doubts):
    looker = factories.make_user(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_doubt"))
    page = signed_in(looker).get(QUEUE).content.decode()
    assert str(doubts[0].source) in page
    assert "settlement" not in page
    assert post(signed_in(looker), doubts[0], how="dismissed", reason="No.").status_code == 403


@pytest.mark.parametrize("how", ["", "closed", "better", "other", "dismissed"])
def test_rubbish_settles_nothing(desk, doubts, how):
    for rubbish in ("\x00", "x" * 5000, "https://" + "a" * 600 + ".org", "\u202e"):
        answer = post(desk, doubts[0], how=how, url=rubbish, reason=rubbish * 501, seen=rubbish)
        assert answer.status_code in {200, 302}
    assert Doubt.objects.open().count() == 3


def test_a_long_queue_is_shown_part_by_part(desk, monkeypatch, shipped):
    monkeypatch.setattr("catalog.admin.doubt.SIZE", 9)
    seen, url = [], QUEUE
    while url:
        page = desk.get(url)
        seen += [row.doubt.pk for row in page.context["rows"]]
        url = page.context["later"] and f"{QUEUE}?from={page.context['later']}"
    assert seen == [doubt.pk for doubt in Doubt.objects.open().ranked()]
    last = Doubt.objects.get(pk=seen[-1])
    answer = post(desk, Doubt.objects.get(pk=seen[-2]), how="dismissed", reason="Fine.")
    assert answer.url == f"{QUEUE}?from={last.pk}#doubt-{last.pk}"
    for pk in seen[:12]:
        Doubt.objects.get(pk=pk).dismiss("Fine.", factories.make_user())
    first = desk.get(f"{QUEUE}?settled").context
    more = desk.get(f"{QUEUE}?settled&from={first['later']}").context
    assert [len(each["doubts"]) for each in (first, more)] == [9, 4]


def test_the_queue_takes_as_many_queries_for_many_as_for_few(desk, shipped):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get(QUEUE)
        return len(queries)

    desk.get(QUEUE)
    many = asked()
    for doubt in Doubt.objects.open()[3:]:
        doubt.dismiss("Fine.", factories.make_user())
    assert asked() == many <= 30


def test_the_desk_says_what_waits(desk, shipped):
    assert f'<a href="{QUEUE}">31 doubtful links</a>' in desk.get("/admin/").content.decode()
    Doubt.objects.open().settle("dismissed", None, "Fine.")
    assert "doubtful link" not in desk.get("/admin/").content.decode()


def test_what_is_said_at_the_source_is_what_the_queue_says(desk, curator, doubts):
    doubt = open_doubt(kind="elsewhere")

    def say(**values):
        url = reverse("admin:catalog_source_change", args=[doubt.source_id])
        data = fields_of(desk.get(url)) | values
        assert desk.post(url, data).status_code == 302

    say(leads_to_listed="yes")
    doubt.refresh_from_db()
    assert (doubt.how, doubt.settled_by) == ("dismissed", curator)
    say(leads_to_listed="no")
    assert Doubt.objects.open().get(source=doubt.source_id).kind == "elsewhere"
    say(url="https://a.org/another")
    source = Source.objects.get(pk=doubt.source_id)
    assert (source.doubt, source.leads_to_listed) == (None, "yes")


def test_a_database_from_before_there_were_doubts_gets_them_once(shipped):
    migration = import_module("catalog.migrations.0007_first_doubts")
    imported = set(Doubt.objects.values_list("source", "kind", "note", "better_url"))
    Doubt.objects.all().delete()
    for _ in range(2):
        migration.open_doubts(apps, SimpleNamespace(connection=connection))
    assert set(Doubt.objects.values_list("source", "kind", "note", "better_url")) == imported
    import_shipped()
    assert Doubt.objects.count() == 31


def test_the_link_in_doubt_is_no_other_link(desk, doubts):
    doubt = open_doubt()
    response = post(desk, doubt, how="other", url=doubt.source.url)
    assert "This is the link that is in doubt" in response.content.decode()
    assert Doubt.objects.open().filter(pk=doubt.pk).exists()
