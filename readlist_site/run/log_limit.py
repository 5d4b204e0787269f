"""Keeps the log readable while something fails again and again, as each request does while the database is away."""

import logging
import time
from threading import Lock

# Seconds in which one record of a kind is written.
INTERVAL = 1.0
# Kinds are few: each comes from a place in the code. A limit, should one ever hold text from outside.
MAX_KINDS = 1000

Kind = tuple[str, int, str, type[BaseException] | None]


class LogLimit(logging.Filter):
    """A filter for handlers: of each kind of record it passes one a second, which tells how many before it were left
    out. Records are of one kind if logger, level, message (before its arguments are filled in) and the exception's type
    are the same. The limit is one process's own."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._kinds: dict[Kind, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write the record, with the number of those left out at the end of its message."""
        kind = (record.name, record.levelno, str(record.msg), record.exc_info[0] if record.exc_info else None)
        now = time.monotonic()
        with self._lock:
            last, left_out = self._kinds.get(kind, (now - INTERVAL, 0))
            if now - last < INTERVAL:
                self._kinds[kind] = (last, left_out + 1)
                return False
            if len(self._kinds) >= MAX_KINDS:
                self._kinds.clear()
            self._kinds[kind] = (now, 0)
        if left_out:
            record.msg = f"{record.getMessage()} (and {left_out} more like this in {now - last:.0f} s before)"
            record.args = ()
        return True
