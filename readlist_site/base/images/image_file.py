"""The files of images, in the private folder READLIST_MEDIA, which no server hands out by itself. Where several app
servers and workers run, they need one such folder together."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

# A file of no image may be one whose row is about to be written.
_LEFT_FOR = timedelta(days=1)


def write(token: UUID, content: bytes) -> None:
    """Writes a new file, which its owner alone may read, whole or not at all."""
    path = _path(token)
    for folder in (settings.MEDIA_ROOT, _folder(), path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)


def open_file(token: UUID) -> BinaryIO:
    """Returns the file, opened to be read. Raises FileNotFoundError."""
    return _path(token).open("rb")


def exists(token: UUID) -> bool:
    """Returns whether the file is there."""
    return _path(token).is_file()


def delete(tokens: Iterable[UUID]) -> None:
    """Deletes the files of these images, as far as they are there."""
    for token in tokens:
        _path(token).unlink(missing_ok=True)


def delete_unowned(now: datetime, owned: Callable[[Iterable[UUID]], set[UUID]]) -> None:
    """Deletes files that are a day old and, as `owned` says, of no image: of a request that was killed."""
    before, old = (now - _LEFT_FOR).timestamp(), set()
    for path in _folder().glob("*/*"):
        # What has another name is none of ours; another worker may delete the same file now.
        with suppress(ValueError, FileNotFoundError):
            token = UUID(path.name.lstrip("."))
            if path.stat().st_mtime < before:
                if path.name.startswith("."):
                    path.unlink(missing_ok=True)
                else:
                    old.add(token)
    if old:
        delete(old - owned(old))


def _folder() -> Path:
    return settings.MEDIA_ROOT / "images"


def _path(token: UUID) -> Path:
    return _folder() / token.hex[:2] / token.hex
