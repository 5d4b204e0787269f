"""A page as the tests read it: without the white space that no browser shows.

Templates break and indent their lines where that changes nothing on the page. So that it changes no test either, what
the test client is answered has its spaces folded to one, none at the edges of blocks, and one between attributes.
"""

import re
from collections.abc import Callable

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
        slash, name, attributes = tag.groups()
        is_block = bool(BLOCK.fullmatch(name))
        opens_box, closes_box = name in BOXES and not slash, name in BOXES and bool(slash)
        if verbatim and not (slash and name == verbatim):
            continue
        text = html[end : tag.start()]
        if not verbatim:
            text = SPACE.sub(" ", text)
            text = text.lstrip(" ") if at_edge else text
            text = text.rstrip(" ") if is_block or closes_box else text
        attributes = ATTRIBUTES.sub(lambda found: found[1] or " ", attributes).rstrip()
        parts += [text, f"<{slash}{name}{attributes}>"]
        verbatim = name if name in VERBATIM and not slash else ""
        at_edge, end = is_block or opens_box, tag.end()
    return "".join(parts) + SPACE.sub(" ", html[end:])


class OnlyWhatIsShown:
    """Answers the test client with pages as above. A browser gets them as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        if is_page and request.META["SERVER_NAME"] == "testserver" and "Content-Encoding" not in response:
            response.content = shown(response.content.decode())
        return response
