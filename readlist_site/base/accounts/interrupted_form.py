"""A form with text that was sent after its sender's session had ended. The sign-in page carries it, signed, in a
hidden field, and shows it again after signing in there.

The session keeps it, and with it the database, in two cases: while its sender signs in with a provider, as part of what
belongs to that attempt, and while they are asked for a second factor. A session in which nobody signs in then expires
within the hour, see `sessions.HOLDS_TEXT`, and the worker deletes it. In one in which somebody is signed in, what
belongs to an attempt that was given up stays until they sign in with a provider again, or until it ends. Otherwise,
nothing of it is stored."""

import re
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

from readlist_site.base.web.login_required import page_before
from readlist_site.base.web.sessions import HOLDS_TEXT

FIELD = "interrupted_form"
MAX_LENGTH = 500_000  # characters of all fields
# Characters of `sealed` that the session keeps for an attempt to sign in with a provider: ten long answers. Anybody can
# begin one, and ten in one session.
MAX_SEALED_LENGTH = 50_000
_SALT = "readlist.interrupted_form"
# Keys and versions that a page sends along.
_TOKEN = re.compile(r"[\w.:=+/-]*", re.ASCII)
_MIN_LENGTH = 40  # of a text without spaces


def is_text(value: str) -> bool:
    """Returns whether a value looks like typed text, rather than a choice or a token of the page."""
    if not value.isascii():  # Chinese and Japanese have no spaces
        return True
    return len(value.split()) > 1 or (len(value) > _MIN_LENGTH and not _TOKEN.fullmatch(value))


@dataclass(frozen=True)
class InterruptedForm:
    """Where a form was sent, the page it was on ("" if unknown), and its fields without passwords."""

    action: str
    page: str
    fields: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, request: HttpRequest) -> "InterruptedForm | None":
        """Returns the form of a request, or None if a browser didn't send it as a page, or if it holds no text or too
        much. Files are left out, and so are forms that hold some."""
        if request.method != "POST" or request.htmx or request.headers.get("X-Requested-With"):
            return None
        if request.content_type != "application/x-www-form-urlencoded":
            return None
        fields = tuple(
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name != "csrfmiddlewaretoken" and "password" not in name
        )
        form = cls(request.get_full_path(), page_before(request), fields)
        return form if form.texts and sum(len(value) for _, value in fields) <= MAX_LENGTH else None

    @classmethod
    def carried_by(cls, request: HttpRequest) -> "InterruptedForm | None":
        """Returns the form that the sign-in page carried, or None."""
        return cls.of_sealed(request.POST.get(FIELD, ""))

    @classmethod
    def of_sealed(cls, sealed: str) -> "InterruptedForm | None":
        """Returns the form that `sealed` holds, or None if it is "" or not made by Readlist."""
        try:
            action, page, fields = signing.loads(sealed, salt=_SALT)
        except signing.BadSignature:
            return None
        return cls(action, page, tuple((name, value) for name, value in fields))

    @cached_property
    def sealed(self) -> str:
        """The form as a text that nobody but Readlist can make."""
        return signing.dumps([self.action, self.page, self.fields], salt=_SALT, compress=True)

    @property
    def is_too_long_for_session(self) -> bool:
        """Whether the session doesn't keep it while its sender signs in with a provider."""
        return len(self.sealed) > MAX_SEALED_LENGTH

    @property
    def texts(self) -> list[str]:
        """What was typed."""
        return [value for _, value in self.fields if is_text(value)]

    @property
    def marked_fields(self) -> list[tuple[str, str, bool]]:
        """Each field's name and value, and whether it was typed."""
        return [(name, value, is_text(value)) for name, value in self.fields]


def keep_in_session(request: HttpRequest, person) -> None:
    """Keeps the carried form in the session, for this person, who is asked for a second factor next."""
    if form := InterruptedForm.carried_by(request):
        request.session[FIELD] = [person.pk, form.action, form.page, form.fields]
        request.session[HOLDS_TEXT] = True


def keep_in_state(request: HttpRequest, state: dict) -> None:
    """Adds the carried form to what the session keeps of an attempt to sign in with a provider, unless it is too
    long."""
    form = InterruptedForm.carried_by(request)
    if form and not form.is_too_long_for_session:
        state[FIELD] = form.sealed
        request.session[HOLDS_TEXT] = True


def give_back(request: HttpRequest, person, sealed: str = "") -> HttpResponse | None:
    """Returns the page that gives back the form of who has just signed in, and takes it out of the session. None if
    there is none, or another person's. `sealed`: the form that was kept while they signed in with a provider."""
    kept, form = request.session.pop(FIELD, None), InterruptedForm.carried_by(request)
    form = form or InterruptedForm.of_sealed(sealed)
    if kept and not form and kept[0] == person.pk:
        form = InterruptedForm(kept[1], kept[2], tuple((name, value) for name, value in kept[3]))
    return render(request, "account/interrupted_form.html", {"interrupted": form}) if form else None
