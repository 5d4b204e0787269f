"""`manage.py make_reset_link`: prints a password reset link, for instances that send no e-mail."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.reset_links import reset_link


class Command(BaseCommand):
    help = "Prints a link by which the person with this address chooses a new password. It works once, for three days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *, email: str, **options) -> None:
        try:
            user = User.objects.get_by_natural_key(email.strip())
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody signs in as {email}.") from error
        if not user.is_active:
            raise CommandError(f"The account of {user} is closed; an administrator can open it again.")
        self.stdout.write(reset_link(user))
