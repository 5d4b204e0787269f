"""`manage.py receive_mail`: takes one reply by mail from standard input. A mail server pipes it here."""

import logging
import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from groups.threads.mail.receive import LARGEST, MailRefused, receive

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Read one mail from standard input and post it as the reply that it is. Exits with a status of sysexits.h, by "
        "which the mail server knows whether to return the mail or to try again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipient", nargs="?", default="", help="the address that the mail was delivered to")

    def handle(self, *, recipient: str, **options) -> None:
        raw = sys.stdin.buffer.read(LARGEST + 1)
        # What is left is read, too: the mail server would take a closed pipe for a crash.
        while sys.stdin.buffer.read(1 << 20):
            pass
        if not settings.MAIL_REPLY_DOMAIN:
            self._exit(os.EX_TEMPFAIL, "READLIST_MAIL_REPLY_DOMAIN is not set, so no replies by mail are taken.")
        try:
            receive(raw, recipient)
        except MailRefused as refusal:
            self._exit(refusal.status, str(refusal))
        except Exception:
            log.exception("A mail could not be taken. The mail server tries again.")
            self._exit(os.EX_TEMPFAIL, "Readlist can’t take the mail now.")

    def _exit(self, status: int, reason: str) -> None:
        self.stderr.write(reason)
        sys.exit(status)
