"""Two members whose names look alike can be told apart by the others, and by nobody else."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.accounts.confusable_names import address_hints, skeleton
from tests import factories
from tests.groups.reviewing import show


@pytest.mark.parametrize(
    "name",
    [
        "Ada Okafor",
        "ada  okafor",
        "Аda Оkаfоr",
        "Adá Okafor",
        "ＡＤＡ Okafor",
        "Ada-Okafor",
        "Ada\u200d Okafor",
        "Ada 0kafor",
    ],
)
def test_names_that_look_alike_have_one_skeleton(name):
    assert skeleton(name) == skeleton("Ada Okafor")


def test_names_that_differ_do_not():
    assert len({skeleton(name) for name in ("Ada Okafor", "Ada Lind", "Adam Okafor", "李雷", "李蕾", "")}) == 6


def test_a_hint_is_the_part_before_the_at_or_as_much_as_it_takes():
    alike = [(1, "Ada", "ada.one@example.org"), (2, "ADA", "ada.two@example.org"), (3, "Jonas", "j@example.org")]
    assert address_hints(alike) == {1: "ada.one", 2: "ada.two"}
    elsewhere = [(1, "Ada", "ada@a.example"), (2, "Ada", "ada@b.example")]
    assert address_hints(elsewhere) == {1: "ada@a…", 2: "ada@b…"}
    long = [(1, "Ada", "a" * 40 + "x@example.org"), (2, "Ada", "ab@example.org")]
    assert address_hints(long) == {1: "aa…", 2: "ab…"}


@pytest.fixture
def twin(group):
    """Somebody whose name looks like Jonas Lind's: its o is Cyrillic."""
    twin = factories.make_user("Jоnas Lind", email="other.jonas@example.org")
    return factories.join(group, twin)


def test_to_tell_members_apart_costs_a_groups_page_no_query(group, ada, jonas, signed_in):
    """It has read them anyway: for the plan, for their list, to know who may delete a post."""
    thread = Thread.objects.start(group=group, author=jonas, title="Which?", body="This.")
    for name, key in (("group", group.pk), ("members", group.pk), ("thread", thread.pk)):
        with CaptureQueriesContext(connection) as queries:
            signed_in(ada).get(reverse(name, args=[key]))
        # Alone, or one of several that are asked together.
        asked = r'SELECT "groups_membership"\."id"[^()]*"accounts_user"\."email"[^()]* FROM "groups_membership"'
        assert sum(len(re.findall(asked, each["sql"])) for each in queries) == 1, name


def test_members_who_look_alike_are_told_apart_on_the_groups_pages(group, ada, jonas, twin, signed_in):
    thread = Thread.objects.start(group=group, author=twin, title="Which?", body="This.")
    Post.objects.reply(thread=thread, author=jonas, body="That.")
    show(twin, group)
    mine = jonas.email.partition("@")[0]
    for name, args in (("members", [group.pk]), ("group", [group.pk]), ("thread", [thread.pk])):
        page = signed_in(ada).get(reverse(name, args=args)).content.decode()
        assert "(other.jonas)" in page, name
        assert f"({mine})" in page, name
        assert "@example.org" not in page.replace(ada.email, ""), "no whole address"
    threads = signed_in(ada).get(reverse("threads", args=[group.pk])).content.decode()
    assert f"({mine})" in threads
    owner = signed_in(ada)
    removal = reverse("remove_member", args=[group.memberships.get(person=twin).pk])
    assert "(other.jonas)" in owner.get(removal).content.decode()


def test_nobodys_address_is_shown_where_names_differ(group, ada, jonas, signed_in):
    for name in ("members", "group"):
        page = signed_in(ada).get(reverse(name, args=[group.pk])).content.decode()
        assert jonas.email.partition("@")[0] not in page


def test_who_is_in_another_group_has_no_hint(group, ada, jonas, signed_in, reading_list):
    """Alike, and never listed side by side."""
    twin = factories.make_user("Jonas Lind", email="other.jonas@example.org")
    factories.make_group(ada, twin, reading_list=reading_list, name="Elsewhere")
    page = signed_in(ada).get(reverse("members", args=[group.pk])).content.decode()
    assert jonas.email.partition("@")[0] not in page
