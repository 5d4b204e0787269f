"""Going round: who visits what, how politely, and what is left when it is cut short."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from catalog.curation.source_merge import merge_sources
from catalog.links import crawl as crawl_module
from catalog.links.crawl import crawl, crawl_due, default_crawl_settings
from catalog.links.link_check import LinkCheck
from catalog.links.link_schedule import LEASE, LinkSchedule
from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from tests.base.link_fetch.bad_server import redirect, status, titled
from tests.groups.at_once import at_once


@pytest.fixture
def only(listed):
    """A function like `listed`, for lists in which nothing else stands."""
    Entry.objects.all().delete()
    return listed


def outcomes():
    return {found.source.listed_title: found.outcome for found in LinkCheck.objects.all()}


def slowly(page):
    def says(to):
        time.sleep(0.03)
        to.sendall(page)

    return says


def test_one_at_a_time_on_a_host_and_several_hosts_at_once(only, server, crawl_settings):
    for host in ("one.example", "two.example"):
        for number in range(3):
            only(f"{host} number {number}", f"/{host}/{number}", host)
            server.says[f"/{host}/{number}"] = slowly(titled(f"{host} number {number}"))
    LinkSchedule.objects.schedule_missing()
    began = time.monotonic()
    found = list(crawl(LinkSchedule.objects.listed(), crawl_settings=crawl_settings))
    assert time.monotonic() - began > 2 * crawl_settings.pause
    assert len(found) == 6
    assert set(outcomes().values()) == {"fine"}
    assert server.most_at_once == {"one.example": 1, "two.example": 1}


def test_the_worker_takes_a_few_that_are_due_each_of_another_host(only, server, crawl_settings):
    for number in range(3):
        only(f"One {number}", f"/{number}", "one.example")
    only("Two", "/two", "two.example")
    only("Later", "/later", "three.example")
    LinkSchedule.objects.schedule_missing()
    LinkSchedule.objects.filter(source__listed_title="Later").update(due_at=timezone.now() + timedelta(days=1))
    assert len(crawl_due(4, crawl_settings=crawl_settings)) == 2
    assert len(crawl_due(4, crawl_settings=crawl_settings)) == 1
    assert len(crawl_due(4, crawl_settings=crawl_settings)) == 1
    assert not crawl_due(4, crawl_settings=crawl_settings)
    assert sorted(server.asked) == ["/0", "/1", "/2", "/two"]


def test_what_stands_in_no_list_or_in_one_that_was_put_away_is_left_alone(only, server, crawl_settings, reading_list):
    only("Retired", "/retired").entries.get().retire()
    assert not crawl_due(4, crawl_settings=crawl_settings)
    only("Archived", "/archived")
    LinkSchedule.objects.schedule_missing()
    ReadingList.objects.filter(pk=reading_list.pk).update(status=ReadingList.Status.ARCHIVED, is_default=False)
    assert not crawl_due(4, crawl_settings=crawl_settings)
    assert not server.asked


def test_two_workers_never_visit_the_same(only, server, crawl_settings):
    only("One", "/one")
    LinkSchedule.objects.schedule_missing()
    first, second = LinkSchedule.objects.get(), LinkSchedule.objects.get()
    now = timezone.now()
    assert LinkSchedule.objects.lease([first], now) == [first]
    assert not list(crawl([second], crawl_settings=crawl_settings))
    assert not crawl_due(4, crawl_settings=crawl_settings)
    assert not server.asked
    # The one who had taken it was killed: after a while it is due again.
    assert len(crawl_due(4, crawl_settings=crawl_settings, now=now + LEASE)) == 1


def test_two_workers_never_visit_one_host(only, server, crawl_settings):
    for number in range(2):
        only(f"One {number}", f"/{number}", "one.example")
    LinkSchedule.objects.schedule_missing()
    now = timezone.now()
    first, second = LinkSchedule.objects.order_by("pk")
    assert LinkSchedule.objects.lease([first], now) == [first]
    assert not LinkSchedule.objects.due(now)
    assert LinkSchedule.objects.lease([second], now) == []
    only("New", "/new", "one.example")
    assert not crawl_due(4, crawl_settings=crawl_settings, now=now)
    LinkSchedule.objects.release([first], now)
    assert len(crawl_due(4, crawl_settings=crawl_settings)) == 1


def test_a_link_that_was_corrected_counts_at_its_new_host(only):
    one, two = only("One", "/one", "one.example"), only("Two", "/two", "two.example")
    LinkSchedule.objects.schedule_missing()
    type(two).objects.filter(pk=two.pk).update(url=one.url + "/too")
    now = timezone.now()
    first, second = LinkSchedule.objects.select_related("source").order_by("pk")
    assert LinkSchedule.objects.lease([first], now) == [first]
    assert LinkSchedule.objects.lease([second], now) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_visits_the_host(only):
    for number in range(2):
        only(f"One {number}", f"/{number}", "one.example")
    LinkSchedule.objects.schedule_missing()
    now = timezone.now()
    checks = LinkSchedule.objects.select_related("source")
    said = at_once(*(lambda check=check: LinkSchedule.objects.lease([check], now) for check in checks))
    assert sorted(map(len, said)) == [0, 1]


def test_a_host_that_asks_to_come_later_is_asked_no_more(only, server, crawl_settings):
    for number in range(3):
        only(f"One {number}", f"/{number}")
        server.says[f"/{number}"] = status("429 Too Many Requests", Retry_After="7200")
    LinkSchedule.objects.schedule_missing()
    assert len(list(crawl(LinkSchedule.objects.listed(), crawl_settings=crawl_settings))) == 1
    assert server.asked == ["/0"]
    assert not LinkSchedule.objects.due(timezone.now() + timedelta(hours=1)).exists()


def test_no_transaction_is_open_while_the_network_is_waited_for(only, server, crawl_settings, monkeypatch):
    only("One", "/one")
    depths = []
    visit = type(crawl_settings.fetcher).fetch

    def looked(self, url):
        depths.append(threading.current_thread() is threading.main_thread())
        return visit(self, url)

    monkeypatch.setattr(type(crawl_settings.fetcher), "fetch", looked)
    depth = len(connection.savepoint_ids)
    LinkSchedule.objects.schedule_missing()
    for _ in crawl(LinkSchedule.objects.listed(), crawl_settings=crawl_settings):
        assert len(connection.savepoint_ids) == depth
    assert depths == [False]


def test_what_was_found_before_it_was_cut_short_is_kept(only, server, crawl_settings):
    for number in range(4):
        only(f"One {number}", f"/{number}")
        server.says[f"/{number}"] = titled(f"One {number}")
    LinkSchedule.objects.schedule_missing()
    going = crawl(LinkSchedule.objects.listed(), crawl_settings=replace(crawl_settings, pause=60))
    next(going)
    going.close()
    assert LinkCheck.objects.count() == 1
    assert server.asked == ["/0"]
    assert len(crawl_due(4, crawl_settings=crawl_settings, now=timezone.now() + LEASE)) == 1


def test_a_source_that_was_visited_can_be_merged_and_its_record_is_kept(only, server, crawl_settings, curator):
    gone, kept = only("One", "/one"), only("One again", "/two")
    assert len(crawl_due(4, crawl_settings=crawl_settings)) + len(crawl_due(4, crawl_settings=crawl_settings)) == 2
    merge_sources(gone, kept, by=curator)
    assert [check.source for check in LinkSchedule.objects.all()] == [kept]
    assert sorted(kept.checks.values_list("url", flat=True)) == [server.at("/one"), server.at("/two")]


def test_what_is_dead_on_two_days_is_doubted_and_answers_again(only, server, crawl_settings):
    source, now = only("Gone thing", "/gone"), timezone.now()
    for day in range(2):
        assert not source.link_issues.open()
        crawl_due(4, crawl_settings=crawl_settings, now=now + timedelta(days=day, minutes=day + 1))
    assert source.link_issues.open().get().kind == "dead"
    server.says["/gone"] = titled("Gone thing")
    crawl_due(4, crawl_settings=crawl_settings, now=now + timedelta(days=12))
    assert not source.link_issues.open()


def test_a_bug_on_the_way_is_not_swallowed(only, crawl_settings, monkeypatch):
    only("One", "/one")

    def stumble(*_):
        raise KeyError("a bug")

    monkeypatch.setattr(crawl_module, "read_title", stumble)
    with pytest.raises(KeyError, match="a bug"):
        crawl_due(4, crawl_settings=crawl_settings)
    assert not LinkCheck.objects.exists()


def test_it_calls_itself_by_the_address_of_the_instance(settings):
    settings.SITE_URL = "https://readlist.example.org"
    assert default_crawl_settings().fetcher.agent == "Readlist-link-check (+https://readlist.example.org)"
    settings.SITE_URL = ""
    assert default_crawl_settings().fetcher.agent == "Readlist-link-check"


def test_the_command_tells_a_line_for_each(only, server, crawl_settings, monkeypatch, capsys):
    monkeypatch.setattr(crawl_module, "default_crawl_settings", lambda: crawl_settings)
    for title, path in [("Fine thing", "/fine"), ("Moved thing", "/moved"), ("Gone thing", "/gone")]:
        only(title, path)
    server.says |= {"/fine": titled("Fine thing"), "/moved": redirect("/fine")}
    call_command("check_links")
    lines = capsys.readouterr().out.splitlines()
    assert sorted(lines) == sorted(
        [
            f"works           {server.at('/fine')}",
            f"moved           {server.at('/moved')}  The link redirects permanently to 127.0.0.1.",
            f"broken          {server.at('/gone')}  The host says that there is no such page (404).",
            "3 links checked.",
        ]
    )
    call_command("check_links")
    assert capsys.readouterr().out == "0 links checked.\n"
    call_command("check_links", source=server.at("/fine/"))
    assert capsys.readouterr().out.endswith("1 link checked.\n")
    call_command("check_links", all=True)
    assert capsys.readouterr().out.endswith("3 links checked.\n")
    with pytest.raises(CommandError, match="No source has the address"):
        call_command("check_links", source="https://example.org/unknown")
    with pytest.raises(CommandError, match="isn’t a web address"):
        call_command("check_links", source="rubbish")
