"""Telling somebody something, in a line."""

import pytest
from django.utils import timezone

from readlist_site.base.notifications.notification import Notification


@pytest.fixture
def tell():
    """A function: a person is told a sentence; gives the notification."""

    def tell(person, text="Jonas approved it", *, kind="reviewed", about="groups/1/submissions/1", at=None, actor=None):
        key = f"event-{Notification.objects.count()}"
        at = at or timezone.now()
        Notification.objects.notify(
            [person], kind=kind, key=key, about=about, facts={}, url="/list/", actor=actor, now=at
        )  # fmt: skip
        # As a row that was written before notifications held facts.
        Notification.objects.filter(key=key).update(facts=None, text=text)
        return Notification.objects.filter(person=person, key=key).first()

    return tell
