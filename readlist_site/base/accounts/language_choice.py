"""The language in which a person reads Readlist: as they chose in their settings, or signed out by a cookie, else as
their browser asks, else the instance's."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _


def is_offered(code: str) -> bool:
    """Returns whether Readlist is available in this language; not for ""."""
    return code in dict(settings.LANGUAGES)


def validate_language(code: str) -> None:
    """Raises ValidationError for a language in which Readlist isn't available."""
    if not is_offered(code):
        raise ValidationError(_("Readlist is not available in this language."), code="invalid")


def language_of(person) -> str:
    """Returns the language of a person's mails: as they chose, else the instance's."""
    return person.language if is_offered(person.language) else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Activates the reader's language for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else ""
        is_chosen = is_offered(chosen)
        language = chosen if is_chosen else translation.get_language_from_request(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not is_chosen and len(settings.LANGUAGES) > 1:
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response
