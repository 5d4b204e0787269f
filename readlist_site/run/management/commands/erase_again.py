"""`manage.py erase_again`: deletes accounts again that a restored backup has brought back."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from readlist_site.base.accounts.erasure_log import BadErasureLog, read_erasures
from readlist_site.personal_data.erase_account import erase_again


class Command(BaseCommand):
    help = (
        "Delete accounts again that a restored backup brought back. Safe to repeat. If several hosts share the "
        "database, name the log of each."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("logs", nargs="*", type=Path, help=f"erasure logs (default: {settings.ERASURE_LOG})")

    def handle(self, *, logs: list[Path], **options) -> None:
        try:
            erasures = [erasure for log in logs or [settings.ERASURE_LOG] for erasure in read_erasures(log)]
        except (BadErasureLog, OSError) as error:
            raise CommandError(str(error)) from error
        done = erase_again(erasures)
        self.stdout.write(f"Deleted {done} of {len(erasures)} erased accounts again.")
