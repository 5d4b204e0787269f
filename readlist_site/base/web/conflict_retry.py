"""Runs a request once more when another request got in between its check and its write.

Forms and views check first (is this address free, is this row still there?) and constraints of the database enforce the
same. Of two simultaneous requests both can pass the check; the database then refuses the second. Run again, that
request finds what the first one wrote, and answers as it does to anybody who comes second: with the form's error, or
404."""

from collections.abc import Callable, Iterator

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse

# SQLSTATE of PostgreSQL: unique and foreign keys; a deadlock or a snapshot that can't be serialised, whose transaction
# PostgreSQL has rolled back.
_SQLSTATES = {"23503", "23505", "40001", "40P01"}
_SQLITE_ERRORS = {"SQLITE_CONSTRAINT_FOREIGNKEY", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"}
# The end of Django's own messages, which have no code, where a row to be saved is gone.
_ROW_IS_GONE = "did not affect any rows."


class Conflict(HttpResponse):
    """The response of the failed first run, which `ConflictRetry` discards. Its status is an error, so that what was
    counted against rate limits for the request is given back."""

    status_code = 409


class ConflictRetry:
    """Middleware, outside of the one that fetches the user: runs a request again, once, whose view raised an exception
    that a concurrent write explains. If it is raised again, it is no coincidence, and answered with 500.

    What the view had written is rolled back, if it wrote it in one transaction; what it wrote before that is written
    again, as if the person had sent the form twice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.may_conflict = True
        response = self.get_response(request)
        if not isinstance(response, Conflict):
            return response
        request.may_conflict = False
        # The first run may have changed the person, though not their row, and what the header shows of them is old.
        for name in ("_cached_user", "_header", "limit_taken", "limit_reached"):
            vars(request).pop(name, None)
        request.session.person = None
        if request.method == "POST":
            for _, files in request.FILES.lists():
                for file in files:
                    file.seek(0)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return a Conflict for the first exception of a request that may come from a concurrent write."""
        return Conflict() if request.may_conflict and is_conflict(exception) else None


def is_conflict(exception: Exception) -> bool:
    """Return whether a concurrent write explains the exception: a row that is there by now, or no more. A violated
    check constraint has another reason."""
    if isinstance(exception, ObjectDoesNotExist):
        return True
    if not isinstance(exception, DatabaseError):
        return False
    if str(exception).endswith(_ROW_IS_GONE):
        return True
    return isinstance(exception, IntegrityError | OperationalError) and any(
        getattr(each, "sqlstate", None) in _SQLSTATES or getattr(each, "sqlite_errorname", None) in _SQLITE_ERRORS
        for each in _causes(exception)
    )


def _causes(exception: BaseException | None) -> Iterator[BaseException]:
    while exception is not None:
        yield exception
        exception = exception.__cause__
