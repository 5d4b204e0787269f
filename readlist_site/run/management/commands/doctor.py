"""`manage.py doctor`: says what is wrong with this instance, and how to mend it."""

import sys
from argparse import ArgumentTypeError

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from django.core.validators import validate_email

from readlist_site.run.health.diagnosis import diagnose, is_well
from readlist_site.run.health.finding import Level

_MARKS = {Level.OK: "ok", Level.WARNING: "warning", Level.ERROR: "ERROR"}


def _address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise ArgumentTypeError("ADDRESS must be an e-mail address.") from error
    return text


class Command(BaseCommand):
    help = (
        "Check database, migrations, clock, disk, permissions, secrets, https, mail, worker, jobs and backups, and "
        "print how to fix problems. Changes nothing. Exits with 1 if there is an error, but not for warnings."
    )
    # It says by itself what is wrong with the settings, and works without a database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mail", metavar="ADDRESS", type=_address, help="also send a test e-mail to this address")

    def handle(self, *, mail: str | None, **options) -> None:
        found = diagnose(mail_to=mail)
        for each in found:
            self.stdout.write(f"{_MARKS[each.level]:<8} {each.code}: {each.sentence}")
            if each.remedy:
                self.stdout.write(f"{'':<8} {each.remedy}")
        if not is_well(found):
            sys.exit(1)
