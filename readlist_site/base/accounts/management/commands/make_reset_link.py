"""`manage.py make_reset_link`: prints a password reset link, for instances that send no e-mail."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.reset_links import reset_link


class Command(BaseCommand):
    help = "Print a link to choose a new password for the account with this address. It works once, for three days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address of the account")

    def handle(self, *, email: str, **options) -> None:
        try:
            user = User.objects.get_by_natural_key(email.strip())
        except User.DoesNotExist as error:
            raise CommandError(f"No account has the e-mail address {email}.") from error
        if not user.is_active:
            raise CommandError(f"The account of {user} is closed. An administrator can reopen it in the admin.")
        self.stdout.write(reset_link(user))
