"""`manage.py reset_second_factor`: for who has lost passkey, authenticator app and recovery codes."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from readlist_site.base.accounts.known_browser import forget_browsers
from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.sessions.session_list import end_all_sessions


class Command(BaseCommand):
    help = (
        "Removes passkeys, authenticator app and recovery codes of the person with this address, and signs them out "
        "everywhere. They sign in with their password alone then: see first that it is them who asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *, email: str, **options) -> None:
        try:
            user = User.objects.get_by_natural_key(email.strip())
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody signs in as {email}.") from error
        with transaction.atomic():
            number, _ = Authenticator.objects.filter(user=user).delete()
            if not number:
                raise CommandError(f"{user} has no second factor.")
            end_all_sessions(user)
            forget_browsers(user)
        self.stdout.write(f"The second factor of {user} is removed. They are signed out everywhere.")
        if not user.has_usable_password():
            self.stdout.write(f"They have no password: manage.py make_reset_link {user.email}")
