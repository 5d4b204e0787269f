"""Restores a backup into an empty instance."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from readlist_site.base.accounts.erasure_log import BadErasureLog, Erasure, merge_erasures
from readlist_site.personal_data.erase_account import erase_again
from readlist_site.run.migration_lock import migration_lock
from readlist_site.run.migration_state import unknown

from .make import ENGINES
from .manifest import (
    ERASURE_LOG,
    MEDIA,
    SECRET_KEY,
    BackupError,
    Manifest,
    checksum_of,
    copy_file,
    erasure_log_beside,
    files_below,
    settings_in_use,
)


@dataclass(frozen=True)
class Restored:
    """What was restored, and what the host must know: whether READLIST_SECRET_KEY is another than the backup's, and the
    settings that the backup's instance had and this one has not; and how many accounts were erased again."""

    manifest: Manifest
    has_other_key: bool
    missing_settings: list[str]
    erased_again: int


def restore(folder: Path, say: Callable[[str], object]) -> Restored:
    """Restores database, media and secret key into an empty instance that doesn't run, and brings the database to this
    version. The database is restored in one transaction, and last, so that after a failure the same can be tried again.
    Accounts that were erased since are then erased again: those in the log of this instance, in the backup, and beside
    it. The log of this instance has all of them before, so that `prepare` does it where this is cut off.

    Raises BackupError before anything is changed: if the backup is damaged or of a newer version, the instance runs or
    isn't empty; and if the database can't be restored."""
    manifest = Manifest.read(folder)
    if newer := unknown(map(tuple, manifest.migrations)):
        raise BackupError(
            f"A newer version of Readlist ({manifest.version}, {'.'.join(newer[-1])}) made this backup. Update first."
        )
    if manifest.engine != connection.vendor:
        raise BackupError(
            f"The backup is of {manifest.engine}, and the database here is {connection.vendor}: see DATABASE_URL."
        )
    manifest.check_files(folder)
    engine = ENGINES[manifest.engine]
    with migration_lock(say), engine.while_nobody_uses_it():
        engine.check_target(manifest.database)
        media = _media_to_copy(folder, manifest)
        for source, target in media:
            copy_file(source, target)
        has_other_key = _restore_key(folder / SECRET_KEY)
        erasures = _merge_erasure_logs(folder, manifest)
        engine.restore(folder, manifest.database)
        say("Restored. Migrating to this version …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        erased = erase_again(erasures)
    return Restored(manifest, has_other_key, sorted(set(manifest.settings) - set(settings_in_use())), erased)


def _merge_erasure_logs(folder: Path, manifest: Manifest) -> list[Erasure]:
    try:
        return merge_erasures(
            [folder / ERASURE_LOG, erasure_log_beside(folder.parent, manifest.instance)], into=settings.ERASURE_LOG
        )
    except BadErasureLog as error:
        raise BackupError(
            f"{error} It names accounts that must stay deleted. Correct the line, or remove it."
        ) from error


def _media_to_copy(folder: Path, manifest: Manifest) -> list[tuple[Path, Path]]:
    """Returns the backup's files that aren't there yet, each with its place. Raises BackupError if there are others."""
    there = {name.as_posix() for name in files_below(settings.MEDIA_ROOT)}
    prefix = f"{MEDIA}/"
    files = {name.removeprefix(prefix): digest for name, digest in manifest.files.items() if name.startswith(prefix)}
    # What an attempt that failed has copied may stay.
    if any(files.get(name) != checksum_of(settings.MEDIA_ROOT / name) for name in there):
        raise BackupError(f"{settings.MEDIA_ROOT} holds files of another instance. Move them away first.")
    return [(folder / MEDIA / name, settings.MEDIA_ROOT / name) for name in sorted(files.keys() - there)]


def _restore_key(source: Path) -> bool:
    """Puts the secret key in place, unless READLIST_SECRET_KEY is given. Returns whether that is another one."""
    key = source.read_text()
    if given := os.environ.get("READLIST_SECRET_KEY"):
        return given != key
    path = settings.DATA_DIR / SECRET_KEY
    path.unlink(missing_ok=True)
    copy_file(source, path)
    return False
