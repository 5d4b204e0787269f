"""The WSGI application that gunicorn serves."""

import os
from contextlib import suppress
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readlist_site.settings")


class Request(WSGIRequest):
    """A request whose charset may be a codec that isn't one of text, such as hex, for which Django's raises LookupError
    before any middleware runs. `readlist_site.base.web.errors.Utf8Only` refuses it."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        with suppress(LookupError):
            super()._set_content_type_params(meta)


class Application(WSGIHandler):
    request_class = Request


django.setup(set_prefix=False)
application = Application()
