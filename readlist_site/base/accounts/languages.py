"""The language in which a person reads Readlist: as they chose, else as their browser asks, else the instance's."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


def validate_language(code: str) -> None:
    """Raises ValidationError for a language in which Readlist isn't available."""
    if code not in dict(settings.LANGUAGES):
        raise ValidationError("Readlist is not available in this language.", code="invalid")


def language_of(person) -> str:
    """Returns the language of a person's mails: as they chose, else the instance's."""
    return person.language if person.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Activates the reader's language for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else ""
        is_chosen = chosen in dict(settings.LANGUAGES)
        language = chosen if is_chosen else translation.get_language_from_request(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not is_chosen and len(settings.LANGUAGES) > 1:
            patch_vary_headers(response, ["Accept-Language"])
        return response
