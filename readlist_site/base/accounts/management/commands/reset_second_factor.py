"""`manage.py reset_second_factor`: for who has lost passkey, authenticator app and recovery codes."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from readlist_site.base.accounts.known_browser import forget_browsers
from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.sessions.session_list import end_all_sessions


class Command(BaseCommand):
    help = (
        "Remove the passkeys, authenticator app and recovery codes of the account with this address, and sign it out "
        "everywhere. Its owner can then sign in with the password alone: first make sure that the owner asked for this."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address of the account")

    def handle(self, *, email: str, **options) -> None:
        try:
            user = User.objects.get_by_natural_key(email.strip())
        except User.DoesNotExist as error:
            raise CommandError(f"No account has the e-mail address {email}.") from error
        with transaction.atomic():
            number, _ = Authenticator.objects.filter(user=user).delete()
            if not number:
                raise CommandError(f"{user} has no second factor.")
            end_all_sessions(user)
            forget_browsers(user)
        self.stdout.write(f"Second factor of {user} removed. They are signed out everywhere.")
        if not user.has_usable_password():
            self.stdout.write(f"They have no password. Create a link: manage.py make_reset_link {user.email}")
