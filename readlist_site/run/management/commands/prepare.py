"""`manage.py prepare`: migrates and prepares an instance before its first start and after each upgrade."""

from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.text import slugify

from catalog.imports.upload import Upload
from catalog.management.commands.import_readlist import SHIPPED, SHIPPED_TITLE
from groups.reviews.review_round import ReviewRound
from readlist_site.base.accounts.erasure_log import BadErasureLog, read_erasures
from readlist_site.base.accounts.models import User
from readlist_site.personal_data.erase_account import erase_again
from readlist_site.run.migration_lock import migration_lock
from readlist_site.run.preflight import PreflightError, make_private
from readlist_site.run.render_anew import start_render_job

PASSWORD_FILE = settings.DATA_DIR / "demo_password"


class Command(BaseCommand):
    help = (
        "Bring database, static files and the shipped list up to date. Safe to repeat; if several hosts run it at "
        "once, one works and the others wait. Refuses a database that a newer version has migrated."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", default="no", help="yes: create the demo group if there are no accounts yet")
        parser.add_argument("--tell", action="store_true", help="print the demo group's accounts")

    def handle(self, *, demo: str, tell: bool, **options) -> None:
        try:
            if connection.vendor == "sqlite" and settings.DATA_DIR.exists():
                make_private(settings.DATA_DIR)
        except PreflightError as error:
            raise CommandError(str(error)) from error
        with migration_lock(self.stdout.write):
            self._prepare(demo)
        if tell:
            self._print_demo_accounts()

    def _prepare(self, demo: str) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if settings.HOSTED and User.objects.filter(is_demo=True, is_active=True).exists():
            raise CommandError(
                "This database has the demo group's accounts, and their password is known to others. "
                "To host Readlist, use another folder (make serve DATA=…) or another DATABASE_URL."
            )
        call_command("createcachetable", verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        self._import_shipped()
        self._erase_again()
        ReviewRound.objects.accept_due()
        if start_render_job():
            self.stdout.write("The worker will render texts again that an older version rendered.")
        if demo == "yes" and not User.objects.exists():
            self.stdout.write("Creating the demo group …")
            call_command("make_demo", password_file=PASSWORD_FILE, stdout=StringIO())

    def _erase_again(self) -> None:
        """Deletes the accounts again that were deleted here, and are back: a backup was restored by other means."""
        try:
            done = erase_again(read_erasures(settings.ERASURE_LOG))
        except (BadErasureLog, OSError) as error:
            raise CommandError(f"{error} This log names the accounts that must stay deleted.") from error
        if done:
            self.stdout.write(f"Accounts that a backup brought back were deleted again: {done}.")

    def _import_shipped(self) -> None:
        """Imports the shipped list, unless curators uploaded their own file for it, whose changes the import would
        undo."""
        if Upload.objects.applied().filter(list__slug=slugify(SHIPPED_TITLE)).exists():
            self.stdout.write(f"{SHIPPED_TITLE}: not imported, because curators have imported another file for it.")
            return
        call_command("import_readlist", SHIPPED, facts=SHIPPED.with_name("sources.json"), stdout=self.stdout)

    def _print_demo_accounts(self) -> None:
        """Prints the demo group's accounts and their password, if there are any."""
        people = User.objects.filter(is_demo=True, is_active=True).order_by("pk")
        if people and PASSWORD_FILE.exists():
            self.stdout.write(f"\nDemo accounts, all with the password {PASSWORD_FILE.read_text().strip()}")
            for person in people:
                self.stdout.write(f"  {person.email:<24} {person}")
