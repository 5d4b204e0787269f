"""Several querysets as one statement return what each would by itself."""

from datetime import date, timedelta
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Value
from django.db.models.functions import Lower, TruncDate
from django.utils import timezone

from groups.members.group import Group
from groups.members.membership import Membership
from groups.reviews.review_round import ReviewRound
from notes.draft import Draft
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.web.prepared_statements import keep_plans
from readlist_site.base.web.together import RowsOf, Text, Together, fetched_together
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.every_engine]


def test_each_gets_its_rows_in_its_order_with_related_objects_and_annotations(group, ada, jonas):
    Notification.objects.notify([ada], kind="accepted", key="a", about="b", facts={"at": ["ü", 1, None]}, url="/")
    querysets = [
        Membership.objects.select_related("person", "group__list").order_by("-pk"),
        User.objects.order_by("display_name").values_list("display_name", "date_joined", "is_staff"),
        Notification.objects.all(),
        User.objects.none(),
        Group.objects.annotate(people_count=Count("memberships")).only("name"),
        User.objects.order_by("-pk").values_list("pk", flat=True)[:1],
    ]
    together = fetched_together(*querysets)
    assert together == [list(each.all()) for each in querysets]
    memberships, _, (notification,), _, (found,), _ = together
    assert [each.person.display_name for each in memberships] == ["Jonas Lind", "Ada Okafor"]
    assert memberships[0].joined_at == jonas.memberships.get().joined_at
    assert memberships[0].group.list.is_default is True
    assert notification.facts == {"at": ["ü", 1, None]}
    assert found.people_count == 2
    assert found.get_deferred_fields() > {"owner_id"}


def test_objects_are_as_django_makes_them(group, ada, django_assert_num_queries):
    memberships = Membership.objects.select_related("person", "group__list").defer("person__password", "handle")
    (made,) = fetched_together(memberships)
    for ours, theirs in zip(made, memberships, strict=True):
        pairs = [(ours, theirs), (ours.person, theirs.person), (ours.group.list, theirs.group.list)]
        for one, other in pairs:
            assert vars(one) | {"_state": ""} == vars(other) | {"_state": ""}
            assert (one._state.adding, one._state.db) == (other._state.adding, other._state.db)
            assert one.get_deferred_fields() == other.get_deferred_fields()
    with django_assert_num_queries(1):
        assert made[0].handle is not None
    ours.save()
    assert Membership.objects.get(pk=ours.pk).person == ours.person


def test_it_is_one_statement_whose_arguments_are_put_in_each_time(group, ada, jonas, django_assert_num_queries):
    since = Together(
        lambda person, moment, name, reverse: [
            Membership.objects.filter(person=person, joined_at__gte=moment),
            User.objects.filter(display_name=name).values_list("pk", flat=True),
            Group.objects.filter(Exists(Membership.objects.filter(group=OuterRef("pk"), person=person))),
            User.objects.order_by("-pk" if reverse else "pk").values_list("pk", flat=True),
        ]
    )
    moment = jonas.memberships.get().joined_at
    people = [ada.pk, jonas.pk]
    with django_assert_num_queries(4):
        of_jonas = since(person=jonas, moment=moment, name=Text("Jonas Lind"), reverse=False)
        later = since(person=jonas, moment=moment + timedelta(1), name=Text("Jonas Lind"), reverse=True)
        of_ada = since(person=ada, moment=moment - timedelta(1), name=Text("Ada Okafor"), reverse=True)
        of_nobody = since(person=factories_stranger(), moment=moment, name=Text("%s '\""), reverse=True)
    assert of_jonas == [[jonas.memberships.get()], [jonas.pk], [group], people]
    assert later == [[], [jonas.pk], [group], people[::-1]]
    assert of_ada == [[ada.memberships.get()], [ada.pk], [group], people[::-1]]
    assert of_nobody[:3] == [[], [], []]


def factories_stranger() -> User:
    """Somebody in no group, without a query."""
    return User(pk=10**6)


def test_a_list_may_be_of_any_length_and_one_queryset_may_use_anothers_rows(
    group, ada, jonas, django_assert_num_queries
):
    def build(people: list[int], name: str) -> list:
        chosen = User.objects.filter(pk__in=people).exclude(display_name=name)
        memberships = Membership.objects.filter(person__in=RowsOf(chosen)).order_by("pk")
        groups = Group.objects.filter(pk__in=RowsOf(memberships, 1))
        return [chosen, memberships, groups, chosen.values_list("pk", flat=True)]

    by_people = Together(build)
    of_both = [*ada.memberships.all(), *jonas.memberships.all()]
    with django_assert_num_queries(4):
        both = by_people(people=[ada.pk, jonas.pk], name=Text("100%s %"))
        one = by_people(people=[jonas.pk], name=Text(""))
        neither = by_people(people=[ada.pk], name=Text("Ada Okafor"))
        nobody = by_people(people=[], name=Text(""))
    assert both[1:3] == [of_both, [group]]
    assert one == [[jonas], of_both[1:], [group], [jonas.pk]]
    assert neither == nobody == [[], [], [], []]


@pytest.mark.parametrize(
    ("build", "refusal"),
    [
        (lambda person, now, people: User.objects.filter(date_joined__gte=now - timedelta(7)), "neither an argument"),
        (lambda person, now, people: User.objects.filter(date_joined__lte=timezone.now()), "neither an argument"),
        (lambda person, now, people: User.objects.filter(date_joined__date=now.date()), "neither an argument"),
        (lambda person, now, people: User.objects.filter(date_joined__date=date(2026, 1, 5)), "neither an argument"),
        (lambda person, now, people: User.objects.filter(date_joined__year=now.year), "neither an argument"),
        (lambda person, now, people: User.objects.filter(pk=TruncDate("date_joined")), "other SQL|neither"),
        (lambda person, now, people: User.objects.filter(pk=person.pk + 1), "neither an argument"),
        (lambda person, now, people: User.objects.order_by("pk" if person.pk % 2 else "-pk"), "other SQL"),
        (lambda person, now, people: User.objects.filter(is_staff=person.is_staff), "is_staff of a User"),
        (lambda person, now, people: User.objects.filter(pk=person.has_perm("x") + 1), "is_active of a User"),
        (lambda person, now, people: User.objects.all() if people else User.objects.none(), "a list"),
    ],
)  # fmt: skip
def test_what_depends_on_the_person_the_time_or_the_place_is_refused_instead_of_kept(build, refusal, ada):
    once = Together(lambda **arguments: [build(**arguments).values_list("pk")])
    with pytest.raises(ValueError, match=refusal):
        once(person=ada, now=timezone.now(), people=[ada.pk])


def test_what_is_always_the_same_is_part_of_the_statement_whatever_characters_it_has(ada):
    name = 'O\'Hara 100% \\ "x" %s\n'
    ada.display_name = name
    User.objects.filter(pk=ada.pk).update(display_name=name)
    named = Together(
        lambda person: [
            User.objects.filter(pk=person, display_name=name, is_staff=False),
            User.objects.filter(pk=person)
            .exclude(display_name="it's 100%")
            .annotate(seven=Value(7))
            .values_list("seven"),
        ]
    )
    assert named(person=ada.pk) == [[ada], [(7,)]]


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_the_database_keeps_serves_other_arguments():
    people = [factories.make_user() for _ in range(4)]
    of_person = Together(
        lambda person, moment, since: [
            User.objects.filter(pk=person.pk, date_joined__lt=moment),
            User.objects.filter(display_name=since).values_list("pk", "date_joined"),
        ]
    )
    later = timezone.now() + timedelta(1)
    for person in people * 3:
        found = of_person(person=person, moment=later, since=Text(person.display_name))
        assert found == [[person], [(person.pk, person.date_joined)]]
    assert of_person(person=people[0], moment=later - timedelta(9), since=Text("")) == [[], []]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Planned once, for whichever arguments.
            cursor.execute(
                "SELECT count(*), sum(custom_plans) FROM pg_prepared_statements "
                "WHERE statement LIKE '%%json_build_array%%'"
            )
            assert cursor.fetchone() == (1, 0)


@pytest.mark.parametrize(("process", "threshold"), [(17, 5), (18, None)])
def test_nothing_is_prepared_behind_a_pooler_which_tells_of_another_process(process, threshold):
    raw = MagicMock(prepare_threshold=5, info=SimpleNamespace(backend_pid=17))
    raw.cursor().__enter__().execute().fetchone.return_value = (process,)
    keep_plans(SimpleNamespace(vendor="postgresql", connection=raw))
    assert raw.prepare_threshold == threshold


def test_a_plain_text_is_refused_as_there_would_be_a_statement_for_each(ada):
    by_name = Together(lambda name: [User.objects.filter(display_name=name)])
    with pytest.raises(TypeError, match="name is 'Ada Okafor'"):
        by_name(name="Ada Okafor")


def test_each_keeps_its_order_whatever_the_database_does_with_rows_that_have_none(group, ada, jonas):
    querysets = [
        User.objects.order_by("-display_name").values_list("display_name", flat=True),
        Membership.objects.order_by(Lower("person__display_name").desc(), "pk")[:1],
        User.objects.annotate(joined=Count("memberships")).order_by(
            "-joined", F("last_login").desc(nulls_last=True), "-pk"
        ),
        User.objects.order_by("pk").values_list("pk", flat=True).distinct(),
        Group.objects.annotate(people_count=Count("memberships")),
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA reverse_unordered_selects = ON")
        try:
            assert fetched_together(*querysets) == [
                ["Jonas Lind", "Ada Okafor"],
                [jonas.memberships.get()],
                [jonas, ada],
                [ada.pk, jonas.pk],
                [group],
            ]
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA reverse_unordered_selects = OFF")


def test_prefetches_are_refused_instead_of_forgotten(ada):
    with pytest.raises(ValueError, match="prefetch"):
        fetched_together(User.objects.prefetch_related("memberships"))


def test_it_is_no_wider_than_a_round_with_all_that_belongs_to_it(reading_list, ada):
    topic = factories.make_section(reading_list, "topic", "Evaluation")
    Draft.objects.create(author=ada, topic=topic, answers={"1": "x"}, base_number=0)
    rounds = ReviewRound.objects.select_related("revision", "submission__group", "submission__summary__author")
    assert fetched_together(rounds, Draft.objects.all()) == [[], [Draft.objects.get()]]
