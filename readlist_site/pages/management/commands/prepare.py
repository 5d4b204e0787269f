"""manage.py prepare: all that must be done between two versions of Readlist, or before the first start."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils.crypto import get_random_string

from readlist_site.accounts.models import User

SHIPPED = settings.BASE_DIR / "catalog" / "data"


class Command(BaseCommand):
    help = "Brings database, static files and the shipped list up to date. Harmless to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", default="no", help="yes: make the demo group where nobody has an account yet")
        parser.add_argument("--tell", action="store_true", help="print the demo group's accounts")

    def handle(self, *, demo: str, tell: bool, **options) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        call_command("import_readlist", SHIPPED / "READLIST.md", facts=SHIPPED / "sources.json", stdout=self.stdout)
        if demo == "yes" and not User.objects.exists():
            call_command("make_demo", password=demo_password(), stdout=self.stdout)
        if tell:
            self._tell()

    def _tell(self) -> None:
        people = User.objects.filter(is_demo=True, is_active=True).order_by("pk")
        if people and password_file().exists():
            self.stdout.write(f"\nThe demo group signs in with the password {demo_password()}")
            for person in people:
                self.stdout.write(f"  {person.email:<28} {person.display_name}")


def password_file() -> Path:
    """Where the demo group's password is kept."""
    return settings.DATA_DIR / "demo_password"


def demo_password() -> str:
    """The demo group's password: made at random the first time, readable by its owner alone."""
    path = password_file()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(get_random_string(16))
    except FileExistsError:
        pass
    return path.read_text().strip()
