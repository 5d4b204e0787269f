"""Copies the SQLite database and its secret key to a dated folder while Readlist runs. Uses only the standard
library."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path


def back_up(data: Path) -> Path:
    """Copies database and key and returns the new folder, readable by its owner only. Raises OSError or
    sqlite3.Error."""
    copy = data / "backups" / f"{datetime.now():%Y-%m-%d-%H%M%S-%f}"
    # mode=rw: a missing database raises an error instead of being created.
    with closing(sqlite3.connect(f"{(data / 'readlist.sqlite3').as_uri()}?mode=rw", uri=True)) as database:
        copy.mkdir(mode=0o700, parents=True)
        database.execute("VACUUM INTO ?", [str(copy / "readlist.sqlite3")])
    if (data / "secret_key").exists():
        shutil.copyfile(data / "secret_key", copy / "secret_key")
    return copy


if __name__ == "__main__":
    if os.environ.get("DATABASE_URL"):
        sys.exit("DATABASE_URL names another database, which its own tools back up; for PostgreSQL that is pg_dump.")
    os.umask(0o077)
    folder = Path(os.environ.get("READLIST_DATA") or "var").expanduser().resolve()
    try:
        print(f"Copied to {back_up(folder)}")  # noqa: T201
    except (OSError, sqlite3.Error) as error:
        sys.exit(f"{folder} can't be backed up: {error}.")
