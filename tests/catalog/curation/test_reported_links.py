"""A reader's report of a link and the link issue about it: neither outlives the other unseen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.curation.report import Report
from catalog.links.evaluate import Finding
from catalog.links.link_issue import LinkIssue
from catalog.links.record import record
from catalog.outline.entry import Entry
from readlist_site.base.link_fetch.fetch import FetchOutcome, FetchResult
from tests import factories
from tests.groups.at_once import at_once

NO_ADDRESS = "https://good.example:99999/"


@pytest.fixture
def source(db):
    factories.make_list()
    return Entry.objects.get(title="DPO paper").source


@pytest.fixture
def ada(db):
    return factories.make_user("Ada")


def decide(desk, report, **said):
    return desk.post(reverse("admin:catalog_report_change", args=[report.pk]), said)


def open_kinds(source) -> list[str]:
    return list(source.link_issues.open().values_list("kind", flat=True))


def test_declining_the_last_report_ends_the_link_issue(desk, curator, source, ada):
    first = Report.objects.report(source, by=ada, kind="broken")
    last = Report.objects.report(source, by=factories.make_user(), kind="wrong", text="Cats.")
    decide(desk, first, how="decline", reason="It works.")
    assert open_kinds(source) == ["reported"]
    assert "A member reported a problem with this link" in desk.get(source.get_absolute_url()).content.decode()
    decide(desk, last, how="decline", reason="They are dogs.")
    issue = LinkIssue.objects.get()
    assert (issue.resolution, issue.reason, issue.resolved_by) == ("dismissed", "They are dogs.", curator)
    assert "A member reported a problem with this link" not in desk.get(source.get_absolute_url()).content.decode()


def test_what_visits_found_outlives_a_declined_report(desk, source, ada):
    report = Report.objects.report(source, by=ada, kind="broken")
    LinkIssue.objects.raise_issue(source, kind="dead", note="404")
    decide(desk, report, how="decline", reason="Not for me.")
    assert open_kinds(source) == ["dead"]


def test_a_report_of_the_link_is_accepted_by_settling_the_link(desk, source, ada):
    report = Report.objects.report(source, by=ada, kind="broken")
    page = desk.get(reverse("admin:catalog_report_change", args=[report.pk])).content.decode()
    assert 'value="accept"' not in page
    assert "Resolve link problem" in page
    response = decide(desk, report, how="accept")
    assert response.url == reverse("admin:catalog_linkissue_change", args=[LinkIssue.objects.get().pk])
    assert Report.objects.get().is_open
    assert open_kinds(source) == ["reported"]


@pytest.mark.parametrize("found", ["title_differs", "moved"])
def test_an_answer_does_not_end_what_a_reader_reported(source, ada, found):
    Report.objects.report(source, by=ada, kind="wrong", text="A casino.")
    visit, now = FetchResult(source.url, FetchOutcome.ANSWERED, 200), timezone.now()
    record(source, visit, "Casino", Finding(found, "It is a casino."), now)
    assert open_kinds(source) == [found]
    record(source, visit, "DPO", Finding("fine"), now + timedelta(days=7))
    assert list(source.link_issues.open().values_list("kind", "note")) == [("reported", "A casino.")]


def test_facts_that_vouch_for_the_link_do_not_end_what_a_reader_reported(source, ada):
    Report.objects.report(source, by=ada, kind="broken")
    LinkIssue.objects.raise_issue(source, kind="unconfirmed")
    source.leads_to_listed = "yes"
    LinkIssue.objects.sync_with_source(source)
    assert open_kinds(source) == ["reported"]


def test_what_is_no_address_is_no_better_link(signed_in, desk, source, ada):
    said = {"kind": "broken", "text": "", "better_url": NO_ADDRESS}
    response = signed_in(ada).post(reverse("report", args=[source.pk]), said)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["better_url"]
    assert not Report.objects.exists()


@pytest.mark.parametrize("how", ["better", "other"])
def test_a_better_link_that_is_no_address_is_told_at_the_queue(desk, source, how):
    issue = LinkIssue.objects.raise_issue(source, kind="moved", better_url=NO_ADDRESS)
    url = reverse("admin:catalog_linkissue_resolve", args=[issue.pk])
    response = desk.post(url, {"how": how, "seen": NO_ADDRESS, "url": NO_ADDRESS})
    assert response.status_code == 200
    assert "isn’t a web address" in response.content.decode()
    assert LinkIssue.objects.open().exists()


def test_settling_takes_the_source_before_its_link_issue(source, ada):
    issue = LinkIssue.objects.raise_issue(source, kind="dead")
    with CaptureQueriesContext(connection) as asked:
        issue.dismiss("It is fine.", ada)
    said = [query["sql"] for query in asked]
    source_is_read = next(place for place, sql in enumerate(said) if 'FROM "catalog_source"' in sql)
    assert source_is_read < next(
        place for place, sql in enumerate(said) if sql.startswith('UPDATE "catalog_linkissue"')
    )


@pytest.mark.django_db(transaction=True)
def test_settling_a_link_waits_for_a_report_and_a_report_for_that():
    """Each takes the source before its link issues: neither waits for the other for ever."""
    factories.make_list()
    source = Entry.objects.get(title="DPO paper").source
    curator, people = factories.make_user(), [factories.make_user() for _ in range(3)]
    for person in people:
        issue = LinkIssue.objects.raise_issue(source, kind="dead", note=f"{person}", better_url="https://b.example/")
        said = at_once(
            lambda issue=issue: issue.dismiss("It is fine.", curator),
            lambda person=person: Report.objects.report(source, by=person, kind="broken"),
            lambda: record(
                source,
                FetchResult(source.url, FetchOutcome.ANSWERED, 200),
                "",
                Finding("title_differs"),
                timezone.now(),
            ),
        )
        assert not [each for each in said if "deadlock" in str(each)]
