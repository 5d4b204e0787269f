"""manage.py make_demo --password-file FILE: creates a study group with data, for trying out Readlist."""

import os
import secrets
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from groups.demo.make import ListMissing, make_demo
from groups.demo.people import PEOPLE
from readlist_site.base.accounts.models import User


class Command(BaseCommand):
    help = "Create a demo group of five members that reads the shipped list. Refuses if there are real accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--password-file",
            type=Path,
            required=True,
            help="file with the password of all demo accounts; created, readable by its owner only, if it is missing",
        )

    def handle(self, *args, password_file: Path, **options) -> None:
        if User.objects.filter(is_demo=False).exists():
            raise CommandError(
                "This database has real accounts. The demo group can only be created in a database without any."
            )
        if User.objects.exists():
            self.stdout.write("The demo group already exists. Nothing was changed.")
        else:
            self._make(password_for_all(password_file))
        self._tell(password_file)

    def _make(self, password: str) -> None:
        try:
            group = make_demo(password)
        except ListMissing as missing:
            raise CommandError(
                f"The demo group needs the shipped list, but “{missing}” is missing here. "
                "Import the list first: manage.py import_readlist."
            ) from missing
        self.stdout.write(f"Demo group “{group}” created.")

    def _tell(self, password_file: Path) -> None:
        """Print the accounts, one per line, and their password."""
        for person in PEOPLE:
            self.stdout.write(f"  {person.email}  {person.name}, {person.role}")
        kept = password_file.read_text().strip() if password_file.exists() else f"unknown: {password_file} is missing"
        self.stdout.write(f"  Password of all five: {kept}")


def password_for_all(file: Path) -> str:
    """Return the password in the file. If there is no such file, create it with a random password, readable by its
    owner only. Raises CommandError if the file can't be used."""
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
                new.write(f"{secrets.token_urlsafe(12)}\n")
        password = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} can’t be used for the password: {error}.") from error
    if not password:
        raise CommandError(f"{file} is empty. Write a password to it, or delete it to get a new one.")
    return password
