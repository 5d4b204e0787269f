"""A page as the tests read it: without the white space that no browser shows.

Templates break and indent their lines where that changes nothing on the page. So that it changes no test either, what
the test client is answered has its spaces folded to one, none at the edges of blocks, and one between attributes.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from django.http import HttpRequest, HttpResponse

SPACE = re.compile(r"\s+")
TAG = re.compile(r"""<(/?)([a-zA-Z][\w-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTES = re.compile(r"""("[^"]*"|'[^']*')|\s+""")
# Their text is kept as it is.
VERBATIM = {"textarea", "pre", "script"}
# Space means nothing on either side of their tags …
BLOCK = re.compile(
    "article|aside|blockquote|body|br|caption|circle|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-4]|head"
    "|header|html|legend|li|line|link|main|meta|nav|ol|option|p|path|pre|rect|script|section|summary|table|tbody|td|th|thead"
    "|title|tr|ul"
)
# … and inside these.
BOXES = {"button", "select", "svg", "template"}


def shown(html: str) -> str:
    """This HTML without the white space that isn't shown; what stands in VERBATIM elements and in values is kept."""
    parts, end, at_edge, verbatim = [], 0, False, ""
    for tag in TAG.finditer(html):
        as_shown, closes, name, is_block, opens_box, closes_box = _read(tag[0])
        if verbatim and not (closes and name == verbatim):
            continue
        text = html[end : tag.start()]
        if not verbatim:
            text = SPACE.sub(" ", text)
            text = text.lstrip(" ") if at_edge else text
            text = text.rstrip(" ") if is_block or closes_box else text
        parts += [text, as_shown]
        verbatim = name if name in VERBATIM and not closes else ""
        at_edge, end = is_block or opens_box, tag.end()
    return "".join(parts) + SPACE.sub(" ", html[end:])


@lru_cache(maxsize=50_000)
def _read(tag: str) -> tuple[str, bool, str, bool, bool, bool]:
    """A tag as above; whether it closes, its name, whether it is a block's, and whether it opens or closes a box."""
    slash, name, attributes = TAG.fullmatch(tag).groups()
    attributes = ATTRIBUTES.sub(lambda found: found[1] or " ", attributes).rstrip()
    is_box = name in BOXES
    return (
        f"<{slash}{name}{attributes}>", bool(slash), name, bool(BLOCK.fullmatch(name)),
        is_box and not slash, is_box and bool(slash),
    )  # fmt: skip


@cache
def _folding(kind: type[HttpResponse]) -> type[HttpResponse]:
    """The class of such an answer whose content is folded when it is read, which many tests never do."""

    class Folded(kind):
        is_folded = False

        @property
        def content(self) -> bytes:
            if not self.is_folded:
                self.content = shown(kind.content.fget(self).decode())
            return kind.content.fget(self)

        @content.setter
        def content(self, value: str | bytes) -> None:
            kind.content.fset(self, value)
            self.is_folded = True

        def __iter__(self) -> Iterator[bytes]:
            return iter([self.content])

    return Folded


class OnlyWhatIsShown:
    """Answers the test client with pages as above. A browser gets them as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        if is_page and request.META["SERVER_NAME"] == "testserver" and "Content-Encoding" not in response:
            response.__class__ = _folding(type(response))
        return response
