"""Addresses of pages and of static files, found once a process: a page links to hundreds, and Django looks each of them
up anew. `{% url %}` and `{% static %}` are replaced by those below."""

from functools import lru_cache

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Library
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags.static import StaticNode, get_media_prefix, get_static_prefix
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

# Of addresses with keys the latest are kept.
MOST_KEPT = 8_192

# In place of Django's library "static".
register = Library()
register.tag("get_static_prefix", get_static_prefix)
register.tag("get_media_prefix", get_media_prefix)


def address(name: str, *args: object) -> str:
    """Return what `reverse(name, args=args)` does."""
    return _address(name, get_urlconf(), get_script_prefix(), *args)


@lru_cache(maxsize=MOST_KEPT, typed=True)
def _address(name: str, urlconf: str | None, prefix: str, *args: object) -> str:
    return reverse(name, urlconf, args=args)


class AddressNode(URLNode):
    """`{% url %}`. Names in a namespace, and arguments with names, are looked up as Django does: they are rare."""

    def render(self, context: Context) -> str:
        name = self.view_name.resolve(context)
        if self.kwargs or self.asvar or ":" in name:
            return super().render(context)
        url = address(name, *(arg.resolve(context) for arg in self.args))
        return conditional_escape(url) if context.autoescape else url


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    node = django_url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


class KeptStaticNode(StaticNode):
    @property
    def is_the_same(self) -> bool:
        """Whether it shows the same wherever it stands: see template_engine.py."""
        return self.varname is None and not self.path.is_var and not self.path.filters

    @classmethod
    def handle_simple(cls, path: str) -> str:
        return _static(staticfiles_storage.__class__, path)


@lru_cache
def _static(storage: type, path: str) -> str:
    """Return the address of a file. What a storage says stays so as long as the process lives."""
    return staticfiles_storage.url(path)


@register.tag
def static(parser: Parser, token: Token) -> KeptStaticNode:
    return KeptStaticNode.handle_token(parser, token)
