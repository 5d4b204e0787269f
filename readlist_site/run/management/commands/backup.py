"""`manage.py backup`: backs up the instance, while it runs."""

from argparse import ArgumentTypeError
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from readlist_site.run.backup.make import back_up
from readlist_site.run.backup.manifest import BackupError


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError("KEEP must be a whole number of at least 1.")
    return int(text)


class Command(BaseCommand):
    help = (
        "Back up the database, the media and the secret key to a new folder while Readlist runs, and check the "
        "backup by restoring the database into a scratch one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help=f"the folder for backups (default: {settings.BACKUP_DIR})")
        parser.add_argument("--keep", type=_positive, help="keep only so many backups of this instance there")

    def handle(self, *, to: Path | None, keep: int | None, **options) -> None:
        try:
            folder, manifest = back_up((to or settings.BACKUP_DIR).expanduser().resolve(), keep=keep)
        except BackupError as error:
            raise CommandError(str(error)) from error
        if manifest.verified != "restored":
            self.stderr.write(
                "The backup was read, but not restored into a scratch database, because the database role can't "
                "create one (ALTER ROLE … CREATEDB)."
            )
        self.stdout.write(f"Backed up to {folder}")
