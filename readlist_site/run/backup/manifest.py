"""What a backup is: a folder with a manifest, which lists its files with their checksums.

readlist-2026-11-30-043100-123456/
    manifest.json
    database.sqlite3 or database.dump
    secret_key
    erased_accounts.jsonl   if any account was erased
    media/…

In the same parent folder is the latest erasure log of each instance, because older backups lack later erasures."""

import hashlib
import json
import os
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

FORMAT = 1
MANIFEST = "manifest.json"
SECRET_KEY = "secret_key"  # noqa: S105
MEDIA = "media"
ERASURE_LOG = "erased_accounts.jsonl"
_CHUNK = 1 << 20


class BackupError(Exception):
    """Why there can be no backup, or no restore from it; a sentence for the person who typed the command."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `files` maps each path in the folder to its SHA-256; `rows` each table to its
    number of rows; `verified` is "restored" if it was restored into a scratch database, else "read"."""

    format: int
    instance: str
    version: str
    made_at: str
    engine: str
    database: dict[str, str | int]
    migrations: list[list[str]]
    rows: dict[str, int]
    settings: list[str]
    files: dict[str, str]
    verified: str = ""

    @property
    def made(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    def write(self, folder: Path) -> None:
        """Writes it with a checksum of its own, durably."""
        with (folder / MANIFEST).open("w") as file:
            json.dump(asdict(self) | {"sha256": self._checksum()}, file, indent=1, sort_keys=True)
            sync(file.fileno())

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Raises BackupError if the folder is no backup, or if the manifest is damaged or of a newer format."""
        path = folder / MANIFEST
        if not path.is_file():
            raise BackupError(f"{folder} is no backup: it has no {MANIFEST}.")
        try:
            values = json.loads(path.read_bytes())
            checksum = values.pop("sha256")
            newer = values["format"] > FORMAT
            manifest = cls(**{field.name: values[field.name] for field in fields(cls)})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError(f"{path} is damaged. Take another backup.") from error
        if newer:
            raise BackupError(f"{folder} was made by a newer version of Readlist. Update Readlist first.")
        if manifest._checksum() != checksum:
            raise BackupError(f"{path} is damaged. Take another backup.")
        return manifest

    def check_files(self, folder: Path) -> None:
        """Raises BackupError if a file is missing or isn't what was written."""
        for name, expected in self.files.items():
            path = folder / name
            if not path.is_file():
                raise BackupError(f"{path} is missing. Take another backup.")
            if checksum_of(path) != expected:
                raise BackupError(f"{path} is damaged. Take another backup.")

    def _checksum(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def checksum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_file(source: Path, target: Path) -> str:
    """Copies a file durably, for its owner alone, and returns its SHA-256."""
    digest = hashlib.sha256()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with source.open("rb") as read, open(target, "xb", opener=_for_owner) as written:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            written.write(chunk)
        sync(written.fileno(), flush=written.flush)
    return digest.hexdigest()


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def sync(descriptor: int, flush=lambda: None) -> None:
    flush()
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Makes new names in the folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def files_below(folder: Path) -> Iterator[Path]:
    """Yields the path of each file below the folder, relative to it; links are left out. Nothing if there is none."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(folder)


def instance_id() -> str:
    """Tells backups of this instance from those of others in the same folder."""
    return salted_hmac("readlist.backup", "instance", algorithm="sha256").hexdigest()[:16]


def readlist_version() -> str:
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def settings_in_use() -> list[str]:
    """Returns the names, not the values, of the environment variables that configure this instance."""
    return sorted(name for name, value in os.environ.items() if value and _is_setting(name))


def erasure_log_beside(folder: Path, instance: str) -> Path:
    """Returns the path of an instance's erasure log in this folder of backups."""
    return folder / f"erased-accounts-{instance}.jsonl"


def _is_setting(name: str) -> bool:
    return name == "DATABASE_URL" or (name.startswith("READLIST_") and not name.startswith("READLIST_TEST_"))
