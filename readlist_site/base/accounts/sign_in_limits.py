"""How often a password may be typed wrong: so seldom that guessing is hopeless, and so that no stranger locks out the
owner.

A browser that the account knows has a limit of its own. All others share one per account, and one per network.

To look at a password takes a third of a second of processor time, and a thread: each server process looks at one after
the other of a browser or network, and refuses more than a few at a time, so that a crowd of strangers leaves threads
and processors to people who are signed in."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from readlist_site.base.rate_limits.limit import Limit, LimitReached, secret_key_of
from readlist_site.base.web.costly_work import CostlyWork
from readlist_site.base.web.rate_limit_http import network_of

from .known_browser import known_browser
from .sign_in_lock_record import SignInLock

# Of a server process's eight threads, so many at most look at passwords or wait to do so.
MOST, MOST_OF_NETWORK = 5, 4
_looking = CostlyWork(MOST, MOST_OF_NETWORK, above="busy")


class SignInAttempt:
    """One password that was typed for the account with this address, whether there is one or not."""

    def __init__(self, request: HttpRequest, email: str) -> None:
        self.email = email.strip().lower()
        browser = known_browser(request, self.email)
        # Also of right ones, for the time that they take.
        self.looked_at = Limit.of("password", browser or network_of(request))
        if browser:
            self.limits = [Limit.of("sign_in_browser", browser)]
        else:
            self.limits = [
                Limit.of("sign_in_network", network_of(request)),
                Limit.of("sign_in_account", secret_key_of(self.email)),
            ]

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Waits for the other passwords of this browser or network; the block then looks at this one. Raises
        LimitReached, and counts nothing, if there are too many."""
        with _looking.place(self.looked_at.who):
            yield

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
