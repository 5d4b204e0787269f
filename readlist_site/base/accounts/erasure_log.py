"""The log of erased accounts: a file outside the database. After a restore from an older backup the accounts in it are
erased again.

One JSON object a line, only ever appended: when an account was erased, its key, when it was made, and whether its texts
were erased, too. No name and no address. The key alone doesn't identify an account: after a restore the database may
give the same key to a new account."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from errno import ENOSPC
from pathlib import Path

from django.conf import settings

from .models import User

# Accounts that one query looks for.
_BATCH = 500


class BadErasureLog(Exception):
    """A line of the log can't be read."""


@dataclass(frozen=True)
class Erasure:
    """One line of the log. Dates are ISO strings in UTC."""

    user: int
    joined: str
    texts: bool
    at: str

    @classmethod
    def of(cls, person: User, *, texts: bool, now: datetime) -> "Erasure":
        return cls(person.pk, person.date_joined.isoformat(), texts, now.isoformat())

    @property
    def account(self) -> tuple[int, datetime]:
        """What identifies the account: its key, and when it was made."""
        return self.user, datetime.fromisoformat(self.joined)


def erased_people(erasures: Iterable[Erasure]) -> Iterator[tuple[Erasure, User]]:
    """Yields those whose accounts are in the database, with the account; one query for 500."""
    erasures = list(erasures)
    for start in range(0, len(erasures), _BATCH):
        batch = erasures[start : start + _BATCH]
        found = {(user.pk, user.date_joined): user for user in User.objects.filter(pk__in=[e.user for e in batch])}
        # One that is named twice, as by the logs of two hosts, is one.
        yield from ((erasure, person) for erasure in batch if (person := found.pop(erasure.account, None)))


def log_erasure(erasure: Erasure, path: Path | None = None) -> None:
    """Appends a line to this log, else to that of the instance, and returns when it is on the disk. The file is
    readable by its owner only. Raises OSError."""
    path = path or Path(settings.ERASURE_LOG)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A line begins with the end of the one before, which a full disk may have cut off.
    line = f"\n{json.dumps(asdict(erasure))}\n".encode()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # One write, so that lines of several processes don't mix.
        if os.write(file, line) < len(line):
            raise OSError(ENOSPC, os.strerror(ENOSPC), str(path))
        os.fsync(file)
    finally:
        os.close(file)


def read_erasures(path: Path) -> Iterator[Erasure]:
    """Yields the lines of a log; nothing if there is no such file. Leaves out lines that were cut off: what they
    announce was not begun. Raises BadErasureLog."""
    text = path.read_text() if path.exists() else ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.endswith("}"):
            continue
        try:
            erasure = Erasure(**json.loads(line))
            datetime.fromisoformat(erasure.joined)
        except (ValueError, TypeError) as error:
            raise BadErasureLog(f"{path}, line {number}, can’t be read.") from error
        yield erasure


def merge_erasures(sources: Iterable[Path], into: Path) -> list[Erasure]:
    """Appends to a log what it lacks of others, which may not be there, and returns all that it has then. Raises
    BadErasureLog before anything is written, and OSError."""
    known = list(dict.fromkeys(read_erasures(into)))
    others = dict.fromkeys(erasure for source in sources for erasure in read_erasures(source))
    missing = [erasure for erasure in others if erasure not in set(known)]
    for erasure in missing:
        log_erasure(erasure, into)
    return known + missing
