"""Readers report what is wrong with a source; the curators settle it and they hear of it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from catalog.curation.proposal import AlreadyDecided
from catalog.curation.report import Report
from catalog.links.link_issue import LinkIssue
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.templatetags.notification_text import sentence
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    factories.make_list()
    return Entry.objects.get(title="DPO paper")


@pytest.fixture
def ada():
    return factories.make_user("Ada")


def send(client, source, **said):
    said = {"kind": "broken", "text": "", "better_url": ""} | said
    return client.post(reverse("report", args=[source.pk]), said)


def make(entry, by, kind="outdated", **said):
    return Report.objects.report(entry.source, by=by, kind=kind, **said)


def test_a_broken_link_needs_no_words_and_puts_the_link_in_question(signed_in, entry, ada):
    response = send(signed_in(ada), entry.source, better_url="https://example.org/better")
    assert response.url == entry.source.get_absolute_url()
    report, issue = Report.objects.get(), LinkIssue.objects.open().get()
    assert (report.entry, report.by, report.kind) == (entry, ada, "broken")
    assert (issue.source, issue.kind, issue.better_url) == (entry.source, "reported", "https://example.org/better")


@pytest.mark.parametrize("kind", ["wrong", "outdated"])
def test_all_else_needs_words(signed_in, entry, ada, kind):
    response = send(signed_in(ada), entry.source, kind=kind, text="  ")
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["text"]
    assert send(signed_in(ada), entry.source, kind=kind, text="It is about cats.").status_code == 302


def test_what_is_outdated_does_not_put_the_link_in_question(entry, ada):
    make(entry, ada, text="There is a second edition.", better_url="https://example.org/second")
    assert not LinkIssue.objects.exists()
    assert Report.objects.get().better_url == "https://example.org/second"


def test_a_better_link_that_an_earlier_version_wrote_below_the_text_has_its_own_column(entry, ada):
    report = make(entry, ada, text="Cats.\nBetter: https://example.org/dogs")
    other = make(entry, ada, kind="wrong", text="Better: none of it")
    import_module("catalog.migrations.0034_better_link_of_a_report").take_from_text(apps, None)
    report.refresh_from_db()
    other.refresh_from_db()
    assert (report.text, report.better_url) == ("Cats.", "https://example.org/dogs")
    assert (other.text, other.better_url) == ("Better: none of it", "")


def test_a_curator_sees_the_better_link_of_a_report(client, entry, ada, curator):
    report = make(entry, ada, text="There is a second edition.", better_url="https://example.org/second")
    client.force_login(curator)
    page = client.get(reverse("admin:catalog_report_change", args=[report.pk])).content.decode()
    assert "Better link: <bdi>https://example.org/second</bdi>" in " ".join(page.split())


def test_one_person_reports_the_same_once(signed_in, entry, ada):
    client = signed_in(ada)
    assert send(client, entry.source).status_code == 302
    response = send(client, entry.source)
    assert "kind" in response.context["form"].errors
    assert (
        "You already reported: the link is broken."
        in client.get(reverse("report", args=[entry.source_id])).content.decode()
    )
    assert Report.objects.count() == 1
    assert send(client, entry.source, kind="wrong", text="Cats.").status_code == 302
    assert send(signed_in(factories.make_user("Jonas")), entry.source).status_code == 302


def test_the_name_is_no_other_readers_business(signed_in, entry, ada):
    make(entry, ada, kind="wrong", text="It is about cats.")
    for url in (entry.source.get_absolute_url(), entry.topic.get_absolute_url()):
        page = signed_in(factories.make_user("Jonas")).get(url).content.decode()
        assert "Ada" not in page
        assert "about cats" not in page


def test_a_dismissed_link_issue_declines_its_reports_with_the_reason(entry, ada, curator):
    make(entry, ada, kind="broken")
    outdated = make(entry, ada, text="Old.")
    LinkIssue.objects.open().get().dismiss("It was down for a day.", curator)
    report = Report.objects.get(kind="broken")
    assert (report.state, report.reason, report.decided_by) == ("declined", "It was down for a day.", curator)
    assert sentence(Notification.objects.get(person=ada)).endswith("It was down for a day.")
    outdated.refresh_from_db()
    assert outdated.is_open


def test_a_better_link_accepts_the_reports(entry, ada, curator):
    make(entry, ada, kind="wrong", text="Cats.", better_url="https://example.org/better")
    LinkIssue.objects.open().get().accept_better_url(curator)
    assert Report.objects.get().state == "accepted"
    assert Notification.objects.filter(person=ada, kind="report_settled").count() == 1


def test_the_desk_accepts_and_retires(signed_in, entry, ada, curator):
    report = make(entry, ada, text="There is a second edition.")
    desk, url = signed_in(curator), reverse("admin:catalog_report_change", args=[report.pk])
    assert "There is a second edition." in desk.get(url).content.decode()
    response = desk.post(url, {"how": "accept", "accept-word": "Thank you.", "accept-retire": "on"})
    assert response.url == reverse("admin:catalog_report_changelist")
    entry.refresh_from_db()
    report.refresh_from_db()
    assert entry.retired_at
    assert (report.state, report.reason) == ("accepted", "Thank you.")
    assert Change.objects.filter(source=entry.source, by=curator).exists()
    assert "Thank you." in signed_in(ada).get(reverse("my_suggestions")).content.decode()


def test_the_desk_declines_only_with_a_reason_and_once(signed_in, entry, ada, curator):
    report = make(entry, ada, text="Old.")
    desk, url = signed_in(curator), reverse("admin:catalog_report_change", args=[report.pk])
    assert desk.post(url, {"how": "decline", "reason": ""}).status_code == 422
    assert desk.post(url, {"how": "decline", "reason": "It still holds."}).status_code == 302
    assert desk.post(url, {"how": "accept", "accept-word": ""}).status_code == 302
    report.refresh_from_db()
    assert report.state == "declined"
    with pytest.raises(AlreadyDecided):
        Report.objects.get().accept(by=curator)
    assert Notification.objects.filter(person=ada).count() == 1


def test_the_desk_of_a_link_leads_to_its_link_issue(signed_in, entry, ada, curator):
    report = make(entry, ada, kind="broken")
    page = signed_in(curator).get(reverse("admin:catalog_report_change", args=[report.pk])).content.decode()
    assert reverse("admin:catalog_linkissue_change", args=[LinkIssue.objects.get().pk]) in page
    assert "Retire the entry" not in page
    assert signed_in(ada).get(reverse("admin:catalog_report_changelist")).status_code in (302, 403)


def test_a_report_that_is_not_about_the_link_is_resolved_with_a_word(signed_in, entry, ada, curator):
    report = make(entry, ada, text="Old.")
    desk, url = signed_in(curator), reverse("admin:catalog_report_change", args=[report.pk])
    response = desk.post(url, {"how": "accept", "accept-word": ""})
    assert response.status_code == 422
    assert "Tell the member what you did about it." in response.content.decode()
    report.refresh_from_db()
    assert report.is_open
