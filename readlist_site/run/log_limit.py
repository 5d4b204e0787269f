"""Keeps the log readable while something fails again and again, as each request does while the database is away."""

import logging
import time
from dataclasses import dataclass
from threading import Lock
from types import TracebackType

from readlist_site.base.web.log_format import error_text

# Seconds in which one record of a kind is written, and one with its traceback.
INTERVAL = 1.0
TRACEBACK_INTERVAL = 60.0
# Kinds are few: each comes from a place in the code. A limit, should one ever hold text from outside.
MAX_KINDS = 1000

Kind = tuple[str, int, str, type[BaseException] | None, tuple[str, int] | None]


@dataclass(slots=True)
class _Written:
    """When a kind was written last, at all and with its traceback, and how many records were left out since."""

    at: float
    traceback_at: float
    left_out: int = 0


class LogLimit(logging.Filter):
    """A filter for handlers: of each kind of record it passes one a second, which tells how many before it were left
    out, and once a minute has the traceback; else the exception is a part of its line.

    Records are of one kind if logger, level, message (before its arguments are filled in), the exception's type and the
    place where it was raised are the same. The limit is one process's own."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._kinds: dict[Kind, _Written] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write the record, whose message is changed to say what is left out."""
        error, traceback = record.exc_info[1:] if record.exc_info else (None, None)
        kind = (record.name, record.levelno, str(record.msg), type(error) if error else None, _raised_at(traceback))
        now = time.monotonic()
        with self._lock:
            before = self._kinds.get(kind)
            if before and now - before.at < INTERVAL:
                before.left_out += 1
                return False
            has_traceback = before is None or now - before.traceback_at >= TRACEBACK_INTERVAL
            if len(self._kinds) >= MAX_KINDS:
                self._kinds.clear()
            self._kinds[kind] = _Written(now, now if has_traceback else before.traceback_at)
        message = record.getMessage()
        if before and before.left_out:
            message += f" (and {before.left_out} more like this in {now - before.at:.0f} s before)"
        if error and not has_traceback:
            message += f": {error_text(error)}"
            record.exc_info = record.exc_text = None
        record.msg, record.args = message, ()
        return True


def _raised_at(traceback: TracebackType | None) -> tuple[str, int] | None:
    """Return the file and line in which the exception was raised."""
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    return (traceback.tb_frame.f_code.co_filename, traceback.tb_lineno) if traceback else None
