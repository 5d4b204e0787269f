"""The queue of doubtful links at the curators' desk."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.imports.upload import Upload
from catalog.links.link_check import LinkCheck
from catalog.links.link_issue import LinkIssue
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.sources.source import Source
from notes.reading import Reading
from tests import factories
from tests.catalog.admin.test_admin import fields_of
from tests.catalog.shipped import import_shipped
from tests.length import some

pytestmark = pytest.mark.django_db

QUEUE = "/admin/catalog/linkissue/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def shipped(db):
    return import_shipped()


@pytest.fixture
def issues(db) -> list[LinkIssue]:
    """Three, the last two with a better link."""
    entries = list(Entry.objects.filter(topic__list=factories.make_list())[:3])
    return [
        LinkIssue.objects.raise_issue(
            entry.source, kind="elsewhere", note="It shows robots.", better_url=place and f"https://a.org/{place}"
        )
        for place, entry in zip(["", 1, 2], entries, strict=True)
    ]


def open_issue(**fields) -> LinkIssue:
    return LinkIssue.objects.open().filter(**fields).exclude(better_url="").select_related("source").earliest("pk")


def post(client, issue: LinkIssue, headers=None, **data):
    return client.post(reverse("admin:catalog_linkissue_resolve", args=[issue.pk]), data, headers=headers)


def test_the_queue_shows_what_is_known_of_each_and_the_better_links_first(desk, shipped):
    issue = open_issue(kind="elsewhere")
    LinkCheck.objects.create(source=issue.source, outcome="moved", status=301, title="Another page")
    Report.objects.create(source=issue.source, kind="wrong", text="It shows robots.")
    Reading.objects.set(factories.make_user(), issue.source.entries.get(), Reading.State.READ)
    page = desk.get(QUEUE)
    rows = page.context["rows"]
    assert len(rows) == 31
    assert [bool(row.issue.better_url) for row in rows] == [True] * 12 + [False] * 19
    text = page.content.decode()
    for words in (
        issue.source.url,
        issue.better_url,
        "moved (301), “Another page”",
        "It shows robots.",
        "<dd>1 reading</dd>",
    ):
        assert words in text
    assert text.count('target="_blank" rel="noopener noreferrer"') == text.count('target="_blank"') == 31 + 12
    assert text.count("Use better link") == 12


def test_one_click_takes_the_better_link_and_leads_to_the_next(desk, curator, issues):
    issue = open_issue()
    following = LinkIssue.objects.open().after(issue).first()
    answer = post(desk, issue, how="better", seen=issue.better_url)
    assert answer.url == f"{QUEUE}#link-issue-{following.pk}"
    issue.refresh_from_db()
    assert (issue.resolution, issue.resolved_by) == ("better", curator)
    page = desk.get(QUEUE).content.decode()
    assert "now has the better link" in page
    assert f'id="link-issue-{issue.pk}"' not in page
    settled = desk.get(f"{QUEUE}?settled").content.decode()
    assert "Better link used, Cora Curator" in settled
    assert str(issue.source) in settled


def test_a_row_answers_in_place(desk, issues):
    issue = open_issue()
    page = post(desk, issue, HTMX, how="dismissed", reason="I looked.").content.decode()
    assert page.startswith(f'<li class="link-issue is-settled" id="link-issue-{issue.pk}" data-settled>')
    assert "<html" not in page
    assert 'role="status"' in page
    assert "2 open link problems" in page
    assert "“I looked.”" in page


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("how", "typed", "says"),
    [
        ("dismissed", {"reason": "  "}, "Give a reason"),
        ("other", {"url": ""}, "Enter the new link"),
        ("other", {"url": "javascript:alert(1)"}, "This is not a web address"),
        ("other", {"url": "ftp://a.org/typed"}, "ftp://a.org/typed"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(desk, issues, headers, how, typed, says):
    issue = open_issue()
    page = post(desk, issue, headers, how=how, **typed).content.decode()
    assert says in page
    assert page.count('aria-invalid="true"') == page.count("<details open>") == 1
    assert ("<html" in page) == (not headers)
    for value in filter(str.strip, typed.values()):
        assert f'value="{value}"' in page
    assert LinkIssue.objects.open().count() == 3


@pytest.mark.parametrize("how", ["other", "better"])
def test_an_address_that_is_known_is_named_and_can_be_merged(desk, issues, how):
    issue = open_issue()
    other = Source.objects.get_or_create_by_url(issue.better_url, title="The same under another name")
    page = post(desk, issue, HTMX, how=how, url=other.url, seen=issue.better_url).content.decode()
    assert str(other) in page
    assert f"{reverse('admin:catalog_source_merge', args=[issue.source_id])}?with={other.pk}" in page
    assert LinkIssue.objects.open().filter(pk=issue.pk).exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_who_comes_second_is_told(desk, issues, headers):
    issue = open_issue()
    LinkIssue.objects.get(pk=issue.pk).dismiss("Faster.", factories.make_user("Femi Ade"))
    changes = Change.objects.count()
    answer = post(desk, issue, headers, how="better", seen=issue.better_url)
    page = answer if headers else desk.get(answer.url)
    assert "Femi Ade already resolved the link problem of “" in page.content.decode()
    assert Change.objects.count() == changes


def test_a_better_link_that_is_another_by_now_is_not_taken(desk, issues):
    issue = open_issue()
    answer = post(desk, issue, HTMX, how="better", seen="https://a.org/old")
    assert "has changed, so nothing was done" in answer.content.decode()
    assert LinkIssue.objects.open().filter(pk=issue.pk).exists()


def test_looking_changes_nothing(desk, issues):
    issue = open_issue()
    before = list(LinkIssue.objects.values_list())
    for url in (QUEUE, f"{QUEUE}?settled", f"{QUEUE}?from={issue.pk}", f"{QUEUE}?from=x"):
        assert desk.get(url).status_code == 200
    assert desk.get(f"{QUEUE}{issue.pk}/change/", follow=True).status_code == 200
    assert desk.get(reverse("admin:catalog_linkissue_resolve", args=[issue.pk]), follow=True).status_code == 200
    assert desk.post(QUEUE).status_code == 405
    assert list(LinkIssue.objects.values_list()) == before
    assert not Change.objects.exclude(code="imported").exists()


def test_who_is_no_curator_neither_sees_nor_settles(client, signed_in, issues):
    issue = open_issue()
    for visitor, status in (
        (client, 302),
        (signed_in(factories.make_user()), 302),
        (signed_in(factories.make_user(is_staff=True)), 403),
    ):
        assert visitor.get(QUEUE).status_code == status
        assert post(visitor, issue, how="dismissed", reason="No.").status_code == status
        assert visitor.get(f"{QUEUE}{issue.pk}/change/").status_code == status
    assert LinkIssue.objects.open().count() == 3


def test_who_may_only_look_has_nothing_to_press(signed_in, issues):
    looker = factories.make_user(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_linkissue"))
    page = signed_in(looker).get(QUEUE).content.decode()
    assert str(issues[0].source) in page
    assert "settlement" not in page
    assert post(signed_in(looker), issues[0], how="dismissed", reason="No.").status_code == 403


@pytest.mark.soak
@pytest.mark.parametrize("how", some(["", "closed", "better", "other", "dismissed"], 2))
def test_rubbish_settles_nothing(desk, issues, how):
    for rubbish in ("\x00", "x" * 5000, "https://" + "a" * 600 + ".org", "\u202e"):
        answer = post(desk, issues[0], how=how, url=rubbish, reason=rubbish * 501, seen=rubbish)
        assert answer.status_code in {200, 302}
    assert LinkIssue.objects.open().count() == 3


def test_a_long_queue_is_shown_part_by_part(desk, monkeypatch, shipped):
    monkeypatch.setattr("catalog.admin.link_issue.PER_PAGE", 9)
    seen, url = [], QUEUE
    while url:
        page = desk.get(url)
        seen += [row.issue.pk for row in page.context["rows"]]
        url = page.context["later"] and f"{QUEUE}?from={page.context['later']}"
    assert seen == [issue.pk for issue in LinkIssue.objects.open().ranked()]
    last = LinkIssue.objects.get(pk=seen[-1])
    answer = post(desk, LinkIssue.objects.get(pk=seen[-2]), how="dismissed", reason="Fine.")
    assert answer.url == f"{QUEUE}?from={last.pk}#link-issue-{last.pk}"
    for pk in seen[:12]:
        LinkIssue.objects.get(pk=pk).dismiss("Fine.", factories.make_user())
    first = desk.get(f"{QUEUE}?settled").context
    more = desk.get(f"{QUEUE}?settled&from={first['later']}").context
    assert [len(each["issues"]) for each in (first, more)] == [9, 4]


@pytest.mark.soak_only
def test_the_queue_takes_as_many_queries_for_many_as_for_few(desk, shipped):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get(QUEUE)
        return len(queries)

    desk.get(QUEUE)
    many = asked()
    for issue in LinkIssue.objects.open()[3:]:
        issue.dismiss("Fine.", factories.make_user())
    assert asked() == many <= 30


def test_the_desk_says_what_waits(desk, shipped):
    assert f'<a href="{QUEUE}">31 link problems</a>' in desk.get("/admin/").content.decode()
    LinkIssue.objects.open().resolve("dismissed", None, "Fine.")
    assert " link problem" not in desk.get("/admin/").content.decode()


def test_what_is_said_at_the_source_is_what_the_queue_says(desk, curator, issues):
    issue = open_issue(kind="elsewhere")

    def say(**values):
        url = reverse("admin:catalog_source_change", args=[issue.source_id])
        data = fields_of(desk.get(url)) | values
        assert desk.post(url, data).status_code == 302

    say(leads_to_listed="yes")
    issue.refresh_from_db()
    assert (issue.resolution, issue.resolved_by) == ("dismissed", curator)
    say(leads_to_listed="no")
    assert LinkIssue.objects.open().get(source=issue.source_id).kind == "elsewhere"
    say(url="https://a.org/another")
    source = Source.objects.get(pk=issue.source_id)
    assert (source.link_issue, source.leads_to_listed) == (None, "yes")


def test_the_link_in_question_is_no_other_link(desk, issues):
    issue = open_issue()
    response = post(desk, issue, how="other", url=issue.source.url)
    assert "This is the present link" in response.content.decode()
    assert LinkIssue.objects.open().filter(pk=issue.pk).exists()


def test_what_was_dismissed_is_reopened_at_its_place(desk, curator, reading_list):
    issue = LinkIssue.objects.raise_issue(Source.objects.first(), kind="dead", note="It answers 404.")
    reopening = reverse("admin:catalog_linkissue_reopen", args=[issue.pk])
    issue.dismiss("It is fine.", curator)
    assert reopening in desk.get(QUEUE, {"settled": ""}).content.decode()
    response = desk.post(reopening, follow=True)
    assert "reopened" in response.content.decode()
    assert LinkIssue.objects.open().get() == issue


def test_addresses_of_forms_lead_to_their_page(desk, ada, reading_list):
    issue = LinkIssue.objects.raise_issue(Source.objects.first(), kind="dead", note="It answers 404.")
    for name in ("resolve", "reopen"):
        response = desk.get(reverse(f"admin:catalog_linkissue_{name}", args=[issue.pk]), follow=True)
        assert response.status_code == 200
        assert response.context["title"] == "Link problems"
    upload = Upload.objects.create(name="list.md", text="# T", list=reading_list)
    for name in ("read", "cancel", "apply", "discard"):
        response = desk.get(reverse(f"admin:catalog_readinglist_{name}", args=[upload.pk]))
        assert response.url == reverse("admin:catalog_readinglist_preview", args=[upload.pk])
    topic = reading_list.sections.topics().first()
    suggestion = Suggestion.objects.suggest(topic, by=ada, url="https://new.example.org", title="New", why="So.")
    response = desk.get(reverse("vote_suggestion", args=[suggestion.pk]))
    assert response.url == f"{topic.get_absolute_url()}#{suggestion.anchor}"
    response = desk.get(reverse("withdraw_suggestion", args=[suggestion.pk]))
    assert response.url == reverse("my_suggestions")
