"""How often a password may be typed wrong: so seldom that guessing is hopeless, and so that no stranger locks out the
owner.

A browser that the account knows has a limit of its own. All others share one per account, and one per network."""

from django.http import HttpRequest

from readlist_site.base.rate_limits.limit import Limit, LimitReached, secret_key_of
from readlist_site.base.web.rate_limit_http import network_of

from .known_browser import known_browser
from .sign_in_lock_record import SignInLock


class SignInAttempt:
    """One password that was typed for the account with this address, whether there is one or not."""

    def __init__(self, request: HttpRequest, email: str) -> None:
        self.email = email.strip().lower()
        browser = known_browser(request, self.email)
        # Also of right ones, since each takes a third of a second of processor time to look at.
        self.looked_at = Limit.of("password", browser or network_of(request))
        if browser:
            self.limits = [Limit.of("sign_in_browser", browser)]
        else:
            self.limits = [
                Limit.of("sign_in_network", network_of(request)),
                Limit.of("sign_in_account", secret_key_of(self.email)),
            ]

    def begin(self) -> None:
        """Counts the attempt before the password is looked at, so that of many at once not one too many is. Raises
        LimitReached."""
        self.looked_at.take()
        for limit in self.limits:
            try:
                limit.take()
            except LimitReached as refusal:
                if refusal.is_first and limit.name == "sign_in_account":
                    SignInLock.objects.record(self.email, limit.ends_at)
                raise

    def succeeded(self) -> None:
        """Counts it no longer, since the password was right."""
        for limit in self.limits:
            limit.give_back()
