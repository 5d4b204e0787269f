"""Makes backups, and removes the oldest."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from readlist_site.base.accounts.erasure_log import BadErasureLog, merge_erasures
from readlist_site.run.migration_lock import direct_connection
from readlist_site.run.periodic_task import BACKUP, PeriodicTask

from . import postgresql, sqlite
from .manifest import (
    ERASURE_LOG,
    FORMAT,
    MEDIA,
    SECRET_KEY,
    BackupError,
    Manifest,
    checksum_of,
    copy_file,
    erasure_log_beside,
    files_below,
    instance_id,
    readlist_version,
    settings_in_use,
    sync_folder,
)

ENGINES = {"sqlite": sqlite, "postgresql": postgresql}
# How long a backup may take before another worker takes it for lost.
LEASE = timedelta(hours=6)
RETRY = timedelta(minutes=30)
EVERY = timedelta(days=1)
_NAME = re.compile(r"readlist-\d{4}-\d\d-\d\d-\d{6}-\d{6}")


def back_up(to: Path, *, keep: int | None = None) -> tuple[Path, Manifest]:
    """Makes a backup in a new folder below `to`, and returns both it and its manifest. It gets its name only when it is
    complete and was restored into a scratch database. With `keep`, the oldest of this instance's are then removed.

    The database comes first, so that each file that it knows of is there to be copied, unless it was deleted since.
    Raises BackupError."""
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_unfinished(to)
        made_at = timezone.now()
        folder = to / f"readlist-{made_at:%Y-%m-%d-%H%M%S-%f}"
        with _unfinished(folder) as unfinished, direct_connection():
            engine = ENGINES[connection.vendor]
            database, migrations, rows = engine.dump(unfinished)
            files = {engine.DATABASE: checksum_of(unfinished / engine.DATABASE)}
            files |= _copy_media(unfinished)
            (unfinished / SECRET_KEY).write_text(settings.SECRET_KEY)
            files[SECRET_KEY] = checksum_of(unfinished / SECRET_KEY)
            files |= _copy_erasure_log(unfinished, to)
            manifest = Manifest(
                format=FORMAT,
                instance=instance_id(),
                version=readlist_version(),
                made_at=made_at.isoformat(),
                engine=connection.vendor,
                database=database,
                migrations=migrations,
                rows=rows,
                settings=settings_in_use(),
                files=files,
            )
            manifest = replace(manifest, verified=engine.verify(unfinished, rows))
            manifest.check_files(unfinished)
            manifest.write(unfinished)
            sync_folder(unfinished)
            unfinished.rename(folder)
            sync_folder(to)
        if keep:
            remove_old(to, keep)
    except (OSError, DatabaseError, BadErasureLog, *_driver_errors()) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise BackupError(f"Nothing was backed up: {reason}.") from error
    with suppress(DatabaseError):
        PeriodicTask.objects.record_done(BACKUP)
    return folder, manifest


def back_up_if_due() -> Path | None:
    """Makes the backup of the day in BACKUP_DIR, if it is due and no other worker makes it. Returns its folder, if it
    did. Raises BackupError; it is then tried again after half an hour."""
    if not PeriodicTask.objects.lease(BACKUP, every=EVERY, lease=LEASE):
        return None
    try:
        return back_up(settings.BACKUP_DIR, keep=settings.BACKUP_KEEP)[0]
    except BackupError as error:
        PeriodicTask.objects.record_failure(BACKUP, str(error), retry_at=timezone.now() + RETRY)
        raise


def own_backups(folder: Path) -> list[Path]:
    """Returns this instance's backups in the folder, the newest first. What others put there is none."""
    found = []
    for path in folder.glob("readlist-*"):
        with suppress(BackupError, OSError):
            if _NAME.fullmatch(path.name) and (manifest := Manifest.read(path)).instance == instance_id():
                found.append((manifest.made, path))
    return [path for _, path in sorted(found, reverse=True)]


def remove_old(folder: Path, keep: int) -> None:
    """Removes this instance's backups in the folder but the newest `keep`. Each loses its name first, so that none
    with a name is ever half there."""
    for path in own_backups(folder)[keep:]:
        going = path.with_name(f".{path.name}.unfinished")
        path.rename(going)
        shutil.rmtree(going)


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A folder with a hidden name, locked as long as this process lives, that is removed if it isn't renamed."""
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    unfinished.mkdir(mode=0o700)
    lock = os.open(unfinished, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield unfinished
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        os.close(lock)


def _remove_unfinished(folder: Path) -> None:
    """Removes what processes that were killed have left."""
    for path in folder.glob(".readlist-*.unfinished"):
        lock = os.open(path, os.O_RDONLY)
        try:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(lock)


def _copy_media(unfinished: Path) -> dict[str, str]:
    copied = {}
    for name in files_below(settings.MEDIA_ROOT):
        with suppress(FileNotFoundError):  # deleted since
            path = f"{MEDIA}/{name.as_posix()}"
            copied[path] = copy_file(settings.MEDIA_ROOT / name, unfinished / path)
    return copied


def _copy_erasure_log(unfinished: Path, to: Path) -> dict[str, str]:
    """Brings the log beside the backups up to date, with what other hosts have written there, and copies it."""
    beside = erasure_log_beside(to, instance_id())
    if not merge_erasures([settings.ERASURE_LOG], into=beside):
        return {}
    return {ERASURE_LOG: copy_file(beside, unfinished / ERASURE_LOG)}


def _driver_errors() -> tuple[type[Exception], ...]:
    """The exceptions of the database drivers, where they are used without Django's wrapper."""
    return sqlite.Error, postgresql.Error
