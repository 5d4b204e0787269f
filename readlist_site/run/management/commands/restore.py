"""`manage.py restore`: restores a backup into an empty instance."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from readlist_site.run.backup.manifest import BackupError
from readlist_site.run.backup.restore import restore


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database that nothing else uses, and migrate it to this version. Never "
        "overwrites anything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder of the backup")

    def handle(self, *, folder: Path, **options) -> None:
        folder = folder.expanduser().resolve()
        try:
            restored = restore(folder, self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        if restored.has_other_key:
            self.stderr.write(
                "READLIST_SECRET_KEY differs from the backup's: people must sign in again, and links in e-mails no "
                f'longer work. To avoid this, set READLIST_SECRET_KEY="$(cat {folder / "secret_key"})".'
            )
        if restored.missing_settings:
            names = ", ".join(restored.missing_settings)
            self.stderr.write(f"The backup was made with settings that are not set here: {names}.")
        if restored.erased_again:
            self.stdout.write(f"Accounts deleted since the backup were deleted again: {restored.erased_again}.")
        rows = sum(restored.manifest.rows.values())
        self.stdout.write(
            f"Restored {rows:,} rows of {restored.manifest.made:%d %b %Y %H:%M} UTC. Start Readlist as usual."
        )
