"""`manage.py make_administrator`: creates or promotes an administrator."""

import sys
from getpass import getpass

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from readlist_site.base.accounts.fields import EmailAddressField, NameField
from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.reset_links import reset_link
from readlist_site.base.accounts.second_factor.required import has_second_factor, needs_second_factor


class Command(BaseCommand):
    help = (
        "Create an administrator with this e-mail address. At a terminal, ask for the password; elsewhere, print a "
        "link to choose one. An existing account is promoted only with --existing. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address to sign in with")
        parser.add_argument("--name", default="", help="the name that other people see; required for a new account")
        parser.add_argument("--existing", action="store_true", help="promote an existing account")
        parser.add_argument("--link", action="store_true", help="print a link, also at a terminal")

    def handle(self, *, email: str, name: str, existing: bool, link: bool, **options) -> None:
        user = self._administrator(email, name, existing)
        self.stdout.write(f"{user} ({user.email}) is an administrator.")
        if needs_second_factor(user) and not has_second_factor(user):
            self.stdout.write("They must add a second factor before they can open the admin: Settings, Security.")
        if user.has_usable_password():
            return
        if not link and sys.stdin.isatty() and (password := self._ask_for_password(user)):
            user.set_password(password)
            user.save(update_fields=["password"])
            self.stdout.write("Password saved.")
        else:
            self.stdout.write(f"Link to choose a password, within three days: {reset_link(user)}")

    def _administrator(self, email: str, name: str, existing: bool) -> User:
        try:
            address = EmailAddressField().clean(email)
            if not User.objects.filter(email=address).exists():
                name = NameField(error_messages={"required": "A new account needs a name: --name NAME."}).clean(name)
            return User.objects.make_administrator(address, name, existing=existing)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _ask_for_password(self, user: User) -> str:
        """Asks for a valid password, twice. Returns "" if none is entered."""
        while password := getpass("Password (leave empty to print a link instead): "):
            try:
                get_adapter().clean_password(password, user=user)
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
                continue
            if getpass("Repeat the password: ") == password:
                return password
            self.stderr.write("The passwords differ. Try again.")
        return ""
