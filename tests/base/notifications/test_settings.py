"""How one is told by mail, as one chooses."""

import re

import pytest
from django.urls import reverse

from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import email_preferences_for, get_kind, optional_kinds

pytestmark = pytest.mark.django_db


def test_until_one_chooses_few_kinds_come_at_once(signed_in, ada):
    ways = {kind: mail for (_, kind), mail in email_preferences_for([ada]).items()}
    assert ways == {
        "wanted": "daily", "reviewed": "at_once", "revised": "at_once", "accepted": "daily", "reminder": "at_once",
        "review_requested": "at_once", "comment_reply": "at_once", "comment_followed": "daily",
        "comment_reopened": "at_once", "quote": "daily",
        "reply": "daily",
        "new_thread": "never", "suggestion_decided": "daily", "report_settled": "daily",
        "mention": "at_once", "answer": "at_once", "reaction": "never", "thread_changed": "never",
        "joined": "never", "left": "never", "invitation_used": "never", "role": "at_once", "removed": "at_once",
        "webhook_paused": "at_once", "content_reported": "never", "report_handled": "never",
    }  # fmt: skip
    page = signed_in(ada).get(reverse("notification_settings")).content.decode()
    selects = dict(re.findall(r'<select name="(\w+)".*?>(.*?)</select>', page, re.DOTALL))
    assert selects.keys() == ways.keys()
    for kind, mail in ways.items():
        assert selects[kind].count("<option") == 1 + 2 * get_kind(kind).is_mailed + get_kind(kind).can_be_off
        assert re.search(rf'value="{mail}"\s+selected', selects[kind])


def test_each_kind_is_in_one_section(signed_in, ada):
    form = signed_in(ada).get(reverse("notification_settings")).context["form"]
    listed = [field.name for section, fields in form.sections for field in fields]
    assert sorted(listed) == sorted(form.fields)
    assert all(fields for section, fields in form.sections)


def test_a_choice_is_kept_and_can_be_changed(signed_in, ada, jonas):
    client = signed_in(ada)
    for mail in ("never", "daily"):
        # Some never come by mail.
        chosen = {kind.name: mail if kind.is_mailed else "never" for kind in optional_kinds()}
        answer = client.post(reverse("notification_settings"), chosen)
        assert answer.headers["Location"] == reverse("notification_settings")
        assert {kind: mail for (_, kind), mail in email_preferences_for([ada]).items()} == chosen
    assert EmailPreference.objects.count() == len(optional_kinds())
    assert email_preferences_for([jonas])[jonas.pk, "wanted"] == "daily"
    assert email_preferences_for([jonas])[jonas.pk, "reviewed"] == "at_once"


def test_what_is_no_choice_is_refused_at_its_field(signed_in, ada):
    answer = signed_in(ada).post(reverse("notification_settings"), {"wanted": "hourly"})
    assert answer.status_code == 422
    assert "Choose one of the options." in answer.content.decode()
    assert not EmailPreference.objects.exists()
