"""The log of erased accounts: a file outside of the database, so that a backup which still has an account that was
erased since doesn't bring it back for good.

One JSON object a line, only ever appended: when an account was erased, its key, when it was made, and whether its texts
were erased, too. No name and no address. The key alone doesn't identify an account: after a restore the database may
give it to somebody else."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from errno import ENOSPC
from pathlib import Path

from django.conf import settings

from .models import User


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
    def person(self) -> User | None:
        """The account, if it is in the database."""
        return User.objects.filter(pk=self.user, date_joined=datetime.fromisoformat(self.joined)).first()


def log_erasure(erasure: Erasure) -> None:
    """Appends a line, and returns when it is on the disk. The file is readable by its owner only. Raises OSError."""
    path = Path(settings.ERASURE_LOG)
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
