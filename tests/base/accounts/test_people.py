"""What is always true of a person."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from readlist_site.base.accounts.models import User, clean_display_name
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Okafor ", "Ada Okafor"),
        ("Ada\tB.\nOkafor", "Ada B. Okafor"),
        ("李小龙", "李小龙"),
        ("नरेन्द्र", "नरेन्द्र"),
        ("می‌خواهم", "می‌خواهم"),
        ("O’Brien-Smith", "O’Brien-Smith"),
        ("👩‍🔬", "👩‍🔬"),
        ("Jose\u0301", "José"),
        ("Ada\u202egnp.exe", "Adagnp.exe"),
        ("\u200bAda\x00", "Ada"),
        ("\u200b", ""),
        ("\u3164\u115f", ""),
        ("--", ""),
        ("", ""),
    ],
)
def test_a_name_is_kept_as_it_is_but_for_what_can_not_be_seen(typed, kept):
    assert clean_display_name(typed) == kept


@pytest.mark.parametrize(
    ("name", "initials", "first"),
    [
        ("Ada Okafor", "AO", "Ada"),
        ("Mei-Ling Chen", "MC", "Mei-Ling"),
        ("Plato", "PL", "Plato"),
        ("李小龙", "李小", "李小龙"),
        ("Ludwig van Beethoven", "LB", "Ludwig"),
        ("(Ada) Okafor", "AO", "(Ada)"),
        ("☀", "☀", "☀"),
        ("ß", "SS", "ß"),
    ],
)
def test_a_face_and_a_first_name(name, initials, first):
    person = User(display_name=name)
    assert (person.initials, person.first_name) == (initials, first)


def test_nobody_is_nameless():
    with pytest.raises(ValidationError):
        User.objects.create_user("nobody@example.org", display_name="   ")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="nobody@example.org", display_name="")])


def test_two_people_never_share_an_address(ada):
    with pytest.raises(ValidationError, match="This address already has an account"):
        User.objects.create_user(ada.email.upper(), display_name="Another Ada")


def test_people_of_the_demo_never_enter_the_admin():
    person = make_user("Demo", is_demo=True)
    for field in ("is_staff", "is_superuser"):
        with pytest.raises(ValidationError):
            User.objects.create_user("demo@example.org", display_name="Demo", is_demo=True, **{field: True})
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=person.pk).update(**{field: True})
    with pytest.raises(ValidationError):
        User.objects.make_administrator(person.email)


def test_whoever_is_made_by_hand_need_not_confirm_their_address(ada):
    assert ada.emailaddress_set.get().verified
