"""Forms that created something, with how they were answered, so that a form sent twice creates it once.

A form is sent twice by a second click, by a browser that tries again after it got no answer, or from a page that was
restored. Its page has a key of its own (`{% idempotency_key %}`); a view with `answered_once` answers the same form
with the same redirect, and calls `record_sent` in the transaction that creates something. Posts and threads keep their
form's key themselves, since their forms are answered with a piece of the page, too."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode

from readlist_site.base.drafts.autosave_http import mark_arrived

FIELD = "idempotency_key"
# What differs although a form is sent with the same content.
_NOT_CONTENT = {FIELD, "csrfmiddlewaretoken", "seen", "tab"}
EXPIRES_AFTER = timedelta(days=30)


class SentFormQuerySet(models.QuerySet["SentForm"]):
    def forget(self, person, location: str) -> None:
        """Delete a person's forms that created what is at this location, which they have taken back: the same form
        creates it anew."""
        self.filter(person=person, location=location).delete()

    def purge(self, now: datetime) -> int:
        """Delete the forms that were sent before EXPIRES_AFTER, and return how many."""
        return self.filter(at__lt=now - EXPIRES_AFTER).delete()[0]


class SentForm(models.Model):
    """A form that a person sent, and the address of what it created. `key` covers its address and its content: a page
    on which another text was typed since is another form."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    location = models.TextField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = SentFormQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="sent_forms_answered_once")]

    def __str__(self) -> str:
        return self.location


def answered_once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """View decorator: redirects a form that the person has sent before to what it created then. A form that is sent
    twice in one moment is looked up again if the view refuses the second."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return _answer(request) or _or_answer(view(request, *args, **kwargs), request)

    return wrapper


def record_sent(request: HttpRequest, location: str) -> None:
    """Record that this form created what is at `location`. Call it in the transaction that creates it: of two forms
    that are sent in one moment, the second then raises IntegrityError and creates nothing."""
    if key := _key(request):
        SentForm.objects.create(person=request.user, key=key, location=location)


def _answer(request: HttpRequest) -> HttpResponse | None:
    """Return the redirect to what this form created before, or None."""
    key = _key(request)
    sent = key and SentForm.objects.filter(person=request.user, key=key).first()
    return mark_arrived(request, redirect(sent.location)) if sent else None


def _or_answer(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    answer = _answer(request) if response.status_code in (409, 422) else None
    if answer is None:
        return response
    request.limit_reached = None  # the form counted when it was sent first
    return answer


def _key(request: HttpRequest) -> uuid.UUID | None:
    """Return the key of the form that a signed-in person sends, or None if it has none."""
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    try:
        page = uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None
    content = sorted((name, texts) for name, texts in request.POST.lists() if name not in _NOT_CONTENT)
    return uuid.uuid5(page, f"{request.path}?{urlencode(content, doseq=True)}")
