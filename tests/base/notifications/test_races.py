"""Several processes send and tell in the same moment: with real threads and connections, on either engine."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import email_preferences_for
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.outbox import send_due_emails
from tests import factories
from tests.groups.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = timezone.now() - timedelta(hours=1)


def test_of_four_who_send_at_once_each_mail_goes_once(tell):
    people = [factories.make_user() for _ in range(6)]
    for person in people:
        for number in range(3):
            tell(person, about=f"groups/1/submissions/{number}", at=BEFORE)
    sent = at_once(*[send_due_emails] * 4)
    assert sum(each.mails for each in sent) == len(people)
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(person.email for person in people)
    assert all("3 notifications" in letter.subject for letter in mail.outbox)
    assert not Notification.objects.pending_email().exists()


def test_an_event_that_is_told_twice_at_once_is_told_once(ada, jonas):
    def tell_it():
        Notification.objects.notify([ada, jonas], kind="wanted", key="it", about="it", facts={}, url="/")

    assert at_once(*[tell_it] * 4) == [None] * 4
    assert Notification.objects.count() == 2


def test_two_pages_that_choose_at_once_leave_one_choice(ada):
    acts = [
        lambda way=way: EmailPreference.objects.set_for(ada, {"wanted": way}) for way in ("daily", "never", "at_once")
    ]
    assert at_once(*acts) == [None] * 3
    assert EmailPreference.objects.count() == 1
    assert email_preferences_for([ada])[ada.pk, "wanted"] == EmailPreference.objects.get().mail
