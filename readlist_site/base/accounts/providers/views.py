"""Signing in, signing up and connecting with an account elsewhere."""

from collections.abc import Callable
from functools import wraps

from allauth.socialaccount import views as allauth
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.github import views as github
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.utils import get_request_param
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from requests import RequestException

from readlist_site.base.rate_limits.limit import Limit
from readlist_site.base.web.rate_limit_http import network_of

View = Callable[..., HttpResponse]


def of_provider(kind: str) -> Callable[[View], View]:
    """View decorator: there is no such page unless the settings name a provider of this kind. One that can't be
    reached, or answers nonsense, is answered with the page that says so, or with the sign-in page if a form was
    carried."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if kind not in settings.SOCIALACCOUNT_PROVIDERS:
                raise Http404
            # For the adapter, which isn't always given it: after ten minutes allauth knows no state, for example.
            request.begun = _begun(request)
            try:
                return view(request, *args, **kwargs)
            except (RequestException, LookupError, TypeError, ValueError) as error:
                provider = get_adapter().get_provider(request, kind)
                return render_authentication_error(request, provider, exception=error)

        return wrapper

    return decorate


def _begun(request: HttpRequest) -> dict:
    """Returns what the session keeps of the attempt that a provider answers, {} if there is none. The view takes it out
    of the session before it asks the provider."""
    begun = statekit.get_states(request).get(get_request_param(request, "state"))
    return begun[0] if begun else {}


def leads_away(view: View) -> View:
    """View decorator: a form that is answered with a redirect to another host is answered with a page that goes there.
    The Content-Security-Policy lets forms lead to this host only, redirects included."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST":
            Limit.of("provider", network_of(request)).take()
        response = view(request, *args, **kwargs)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            return render(request, "socialaccount/leaving.html", {"url": response.url})
        return response

    return wrapper


class Signup(allauth.SignupView):
    """Asks a person who signs up by a provider for their display name, and then redirects to the page they came for."""

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        if url := self.sociallogin.get_redirect_url(self.request):
            field = format_html('<input type="hidden" name="{}" value="{}">', REDIRECT_FIELD_NAME, url)
            context["redirect_field"] = field
        return context


signup = Signup.as_view()
github_login = of_provider("github")(leads_away(github.oauth2_login))
github_callback = of_provider("github")(github.oauth2_callback)
openid_connect_login = of_provider("openid_connect")(leads_away(openid_connect.login))
openid_connect_callback = of_provider("openid_connect")(openid_connect.callback)
