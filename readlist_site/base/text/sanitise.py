"""The allow-list that all HTML made from people's text goes through, as the last step.

It is independent of the Markdown parser: for any input, the output has no script, no style, no URL schemes but http(s)
and mailto, no address here but that of a post or an image, no image of another host, and only known ids and
classes."""

from __future__ import annotations

import re

import nh3
from django.utils.safestring import SafeString

from .mathml import CLASSES

POST_LINK = re.compile(r"/posts/[0-9]{1,18}/")
"""The address of a post here, as quotations have it."""

IMAGE = re.compile(r"/images/[0-9a-f]{32}/([1-9][0-9]{0,3})x([1-9][0-9]{0,3})/")
"""The address of an image here, with its width and height in pixels."""

_MATH = {
    "math": {"display", "class"},
    "mfrac": {"linethickness", "displaystyle", "scriptlevel"},
    "mi": {"mathvariant"},
    "mmultiscripts": set(),
    "mn": set(),
    "mo": {"accent", "fence", "form", "largeop", "lspace", "maxsize", "minsize", "movablelimits", "rspace"}
    | {"separator", "stretchy", "symmetric"},
    "mover": {"accent"},
    "mpadded": {"depth", "height", "lspace", "voffset", "width"},
    "mphantom": set(),
    "mprescripts": set(),
    "mroot": set(),
    "mrow": {"class"},
    "mspace": {"class", "depth", "height", "width"},
    "msqrt": set(),
    "mstyle": {"displaystyle", "scriptlevel"},
    "msub": set(),
    "msubsup": set(),
    "msup": set(),
    "mtable": {"class", "displaystyle", "scriptlevel"},
    "mtd": {"class", "columnspan", "rowspan"},
    "mtext": set(),
    "mtr": set(),
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
}
_PROSE = {
    "a": {"aria-labelledby", "class", "href", "id"},
    "bdi": {"dir"},
    "blockquote": {"dir"},
    "div": {"aria-labelledby", "class", "dir", "role", "tabindex"},
    "img": {"alt", "height", "loading", "src", "width"},
    "li": {"class", "dir", "id"},
    "ol": {"dir", "start"},
    "p": {"dir"},
    "pre": {"aria-label", "aria-labelledby", "dir", "role", "tabindex"},
    "span": {"aria-labelledby", "class", "dir", "role", "tabindex"},
    "sup": {"class"},
    "td": {"class", "dir"},
    "th": {"class", "dir", "scope"},
    "ul": {"dir"},
    "ins": {"class"},
    "del": {"class"},
}
_BARE = {"b", "br", "code", "em", "hr", "i", "mark", "s", "strong", "table", "tbody", "thead", "tr"}

_CLASSES = {
    "a": {"noteback"},
    "div": {"alert", "footnotes", "formula", "table"},
    "li": {"task"},
    "span": {"box", "c", "formula", "k", "m", "nowrap", "s"},
    "sup": {"noteref"},
    "td": {"center", "right"},
    "th": {"center", "right"},
    "ins": {"block"},
    "del": {"block"},
    **{tag: {*CLASSES.values(), "boxed", "struck"} for tag in ("mrow", "mspace", "mtable", "mtd")},
}

# The name of a programming language; all other labels stand in `words_of_texts.html`, in the reader's language.
_LABEL = re.compile(r"[\w+#. -]{1,40}")
_LABELLED = re.compile("word-(back|code|done|formula|formula-source|open|table)")
_NOTE = r"fn(ref)?-[\w-]{1,40}"
# Lengths in formulas are limited, so that a formula can't draw over the text around it.
_LENGTH = re.compile(r"-?([0-3]?(\.\d{0,8})?(em|ex)|[1-4]?\d(\.\d{0,8})?(px|pt)|\d{1,2}%|[0-3]?(\.\d{1,8})?)")
_NUDGE = re.compile(r"-?(0?\.[0-4]\d{0,7}em|0?\.50*em|0(em)?|[0-8](\.\d{1,8})?(px|pt))")
_WORD = re.compile(r"[a-z]{1,10}|[0-9]{1,4}")
_ATTRIBUTES = {
    "aria-label": _LABEL,
    "aria-labelledby": _LABELLED,
    "dir": re.compile("auto|ltr|rtl"),
    "id": re.compile(_NOTE),
    "role": re.compile("group|img"),
    "tabindex": re.compile("0"),
    **dict.fromkeys(("depth", "height", "lspace", "rspace", "width", "minsize", "maxsize"), _LENGTH),
    "linethickness": _NUDGE,
    "voffset": _NUDGE,
}


# Nothing is loaded from other hosts. A description has no signs of tags, so that whatever reads the HTML finds its end.
_OF_IMAGES = {
    "src": IMAGE,
    "alt": re.compile(r"[^<>]*"),
    "width": re.compile(r"[1-9][0-9]{0,3}"),
    "height": re.compile(r"[1-9][0-9]{0,3}"),
    "loading": re.compile("lazy"),
}


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in ("href", "class", "rel"):
        return value  # nh3 checks these itself
    if tag == "img":
        return value if _OF_IMAGES[name].fullmatch(value) else None
    return value if _ATTRIBUTES.get(name, _WORD).fullmatch(value) else None


def _url_here(url: str) -> str | None:
    """Returns an address without a host if it is of a footnote, a post or an image; otherwise None."""
    return url if POST_LINK.fullmatch(url) or IMAGE.fullmatch(url) or re.fullmatch("#" + _NOTE, url) else None


_cleaner = nh3.Cleaner(
    tags={*_MATH, *_PROSE, *_BARE},
    attributes={tag: names - {"class"} for tag, names in (_MATH | _PROSE).items()},
    allowed_classes=_CLASSES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    url_relative=_url_here,
    link_rel="nofollow noopener noreferrer ugc",
)


def sanitise(html: str) -> SafeString:
    """Returns the HTML reduced to the allowed elements and attributes."""
    return SafeString(_cleaner.clean(html))
