"""Requests over a limit: they are answered with 429, `Retry-After` and a sentence that says when to go on."""

import logging
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import DatabaseError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.template.loader import render_to_string
from django_htmx.http import reswap

from readlist_site.base.rate_limits.limit import Limit, LimitReached, person_key
from readlist_site.base.text import metered

from .costly_work import CostlyWork
from .errors import submitted_texts

# The part of an IPv6 address that one customer of a provider has to themselves.
IPV6_PREFIX = 64

log = logging.getLogger(__name__)


def client_address(request: HttpRequest) -> str:
    """Returns the IP address of the client: past as many proxies as the setting PROXIES says, since a client may write
    anything into the header before these. "" if it is unknown, as over a Unix socket."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.PROXIES <= len(forwarded) and (address := _ip_address(forwarded[-settings.PROXIES])):
        return address
    return _ip_address(request.META.get("REMOTE_ADDR", ""))


def network_of(request: HttpRequest) -> str:
    """Returns the client's network, the `who` of limits per network: an IPv4 address, or the first half of an IPv6
    one."""
    address = client_address(request)
    return str(ip_network((address, IPV6_PREFIX), strict=False)) if ":" in address else address


def _ip_address(text: str) -> str:
    for part in (text.strip(), split_domain_port(text.strip())[0].strip("[]")):
        try:
            address = ip_address(part)
        except ValueError:
            continue
        mapped = isinstance(address, IPv6Address) and address.ipv4_mapped
        return str(mapped or address)
    return ""


def refuse(request: HttpRequest, refusal: LimitReached) -> str:
    """Has this request answered with 429 and `Retry-After`, whatever the view returns. Returns the sentence to show."""
    request.limit_reached = refusal
    text = render_to_string("rate_limits/refusal.txt", {"limit": refusal.limit, **_in_one_unit(refusal.retry_after)})
    return " ".join(text.split())


def _in_one_unit(seconds: int) -> dict[str, int]:
    if seconds <= 90:
        return {"seconds": seconds}
    return {"minutes": round(seconds / 60)} if seconds <= 5400 else {"hours": round(seconds / 3600)}


def within_limit(request: HttpRequest, form: BaseForm, name: str, field: str | None = None) -> bool:
    """Counts one more of what this form creates, for the person. Returns False above the limit, with the sentence as
    an error on the form: the view then shows the form again, with what was typed.

    To be called once the form is valid, before any transaction. What isn't created after all isn't counted: if the
    view answers with an error, it is given back."""
    limit = Limit.of(name, person_key(request.user))
    if not take_for(request, form, limit, field):
        return False
    request.limit_taken = limit
    return True


def take_for(request: HttpRequest, form: BaseForm, limit: Limit, field: str | None = None) -> bool:
    """Counts once. Returns False above the limit, with the sentence as an error on the form, and has the request
    answered with 429. What was counted stays counted."""
    try:
        limit.take()
    except LimitReached as refusal:
        form.add_error(field, refuse(request, refusal))
        return False
    return True


class RateLimits:
    """Charges each person for the CPU time of their texts and exports, and strangers' networks for their exports; and
    answers requests that are over a limit.

    The time is written down after the request, in a transaction of its own: a view that is refused or fails has cost
    it, too. Of one person's requests that cost time, this process works on one after the other: see `CostlyWork`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._work = CostlyWork()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        held: list[str] = []

        def begin() -> None:
            budget = _budget(request)
            self._work.enter(budget.who)
            held.append(budget.who)
            # After the person's other request, whose time counts.
            budget.check()

        try:
            with metered(before=begin) as meter:
                response = self.get_response(request)
        finally:
            for who in held:
                self._work.leave(who)
        if meter.seconds:
            _charge(_budget(request), meter.seconds)
        if refusal := getattr(request, "limit_reached", None):
            response.status_code = 429
            response.headers["Retry-After"] = str(refusal.retry_after)
        elif response.status_code >= 400 and (taken := getattr(request, "limit_taken", None)):
            taken.give_back()
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Responds to a LimitReached that the view doesn't handle: to a script with the sentence alone, else with a
        page that holds the texts of the form."""
        if not isinstance(exception, LimitReached):
            return None
        sentence = refuse(request, exception)
        if request.htmx:
            return reswap(HttpResponse(sentence, content_type="text/plain"), "none")
        if request.headers.get("X-Requested-With") == "fetch":
            return HttpResponse(sentence, content_type="text/plain")
        texts = submitted_texts(request) if request.method == "POST" else []
        return render(request, "429.html", {"sentence": sentence, "texts": texts})


def _budget(request: HttpRequest) -> Limit:
    """Returns the limit of the CPU time of who sends the request."""
    if request.user.is_authenticated:
        return Limit.of("rendering", person_key(request.user))
    return Limit.of("rendering_network", network_of(request))


def _charge(budget: Limit, seconds: float) -> None:
    try:
        budget.add(seconds)
    except DatabaseError:
        # The request is done: it isn't answered with an error for this.
        log.warning("The time of a request wasn't counted.", exc_info=True)
