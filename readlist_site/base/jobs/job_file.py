"""A file that belongs to a job, in the private folder READLIST_MEDIA, which no server hands out by itself.

It is named after the token of the run, so that two runs never write to one file. Where several app servers
and workers run, they need one such folder together."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.http import FileResponse

# A file of no job may be one of a job that has just been begun.
_LEFT_FOR = timedelta(days=1)


def create(token: UUID) -> BinaryIO:
    """Returns a new file to write to, which its owner alone may read."""
    path = _path(token)
    settings.MEDIA_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    return path.open("wb")


def exists(token: UUID) -> bool:
    """Returns whether this run has left a file."""
    return _path(token).is_file()


def delete(token: UUID | None) -> None:
    """Deletes the file of this run, if there is one."""
    if token:
        _path(token).unlink(missing_ok=True)


def delete_unowned(now: datetime, owned: Callable[[Iterable[UUID]], set[UUID]]) -> None:
    """Deletes files that are a day old and, as `owned` says, of no job: of a run that was killed, or an account that
    was deleted."""
    before, old = (now - _LEFT_FOR).timestamp(), set()
    for path in _path("").glob("*"):
        # What has another name is none of ours; another worker may delete the same file now.
        with suppress(ValueError, FileNotFoundError):
            token = UUID(path.name)
            if path.stat().st_mtime < before:
                old.add(token)
    if old:
        for token in old - owned(old):
            delete(token)


def stream(token: UUID, name: str) -> FileResponse:
    """Returns a response that streams the file as a download of this name."""
    return FileResponse(_path(token).open("rb"), as_attachment=True, filename=name)


def _path(token: UUID | str) -> Path:
    return settings.MEDIA_ROOT / "jobs" / str(token)
