"""The WSGI application that gunicorn serves."""

import codecs
import os
from contextlib import suppress
from importlib import import_module
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

from readlist_site.run.running_lock import hold_running_lock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readlist_site.settings")


class Request(WSGIRequest):
    """A request with any charset. Django's parses the query string as soon as it sets one, before any middleware runs
    and could answer what can't be parsed. `readlist_site.base.web.errors.Utf8Only` refuses all but UTF-8."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        with suppress(LookupError, ValueError):
            self._encoding = codecs.lookup(self.content_params.get("charset", "")).name


class Application(WSGIHandler):
    request_class = Request


django.setup(set_prefix=False)
hold_running_lock()
application = Application()
# The views, which the first request would wait for, and which workers share.
import_module(settings.ROOT_URLCONF)
