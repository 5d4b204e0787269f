"""The lines of the log: as text or, where READLIST_LOGS says `json`, each a JSON object; and what they never say.

Messages are written in the code, and addresses are routes (`RequestContext`). What an exception says may quote what
somebody typed, as a violated constraint does, so it is left out unless it speaks of the machine alone: a traceback
tells the place, and the type."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from smtplib import SMTPException, SMTPResponseException
from traceback import format_tb

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError

_OF_THE_MACHINE = (OSError, OperationalError, InterfaceError, ImproperlyConfigured)


def error_text(error: BaseException) -> str:
    """Returns the exception's type with, on one line, what it says if that holds no personal text. Of a mail server's
    answer, which quotes addresses, the code is told."""
    name = type(error).__name__
    if isinstance(error, SMTPResponseException):
        return f"{name}: {error.smtp_code}"
    if not isinstance(error, _OF_THE_MACHINE) or isinstance(error, SMTPException):
        return name
    return f"{name}: {' '.join(str(error).split())}".rstrip(": ")


class TextFormatter(logging.Formatter):
    """The message with, in brackets, the request's id; below it the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        request_id = getattr(record, "request_id", "")
        line = f"{record.getMessage()} [{request_id}]" if request_id else record.getMessage()
        return "\n".join([line, *_traceback(record)])


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message; request and traceback where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request_id", ""),
            "traceback": "\n".join(_traceback(record)),
        }
        return json.dumps({key: value for key, value in line.items() if value}, ensure_ascii=False)


def _traceback(record: logging.LogRecord) -> Iterator[str]:
    """Yields the lines of the exception and of those that led to it, the first one first."""
    error = record.exc_info[1] if record.exc_info else None
    chain = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for each in reversed(chain):
        yield "Traceback (most recent call last):"
        yield "".join(format_tb(each.__traceback__)).rstrip("\n")
        yield error_text(each)
