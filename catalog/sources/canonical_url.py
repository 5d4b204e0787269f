"""The canonical URL: a key by which two addresses of one source compare equal. It is never used as a link.

Two different sources must never share a key, since that would mix people's notes on them; in case of doubt, two
spellings get different keys."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlencode, urlsplit

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message

from .identifiers import DOI_HOSTS, acl_id_at, arxiv_id_at, doi_at

_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|ref_src|ref_url)$"
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = re.compile(r"%(2D|2E|5F|7E|3[0-9]|[46][1-9A-F]|[57][0-9A])", re.IGNORECASE)
_HEX = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_NOT_ASCII = re.compile(r"(?:%[89A-F][0-9A-F])+")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
# The document that a server returns for a folder. In a wiki or a repository such a name may be a page of its own.
_INDEX = re.compile(r"/(?:(?:index|default)\.html?|index\.php|default\.aspx?)$")
_NAMES_FILES = re.compile(r"/(?:wiki|blob|raw|src)/")

_YOUTUBE_HOSTS = {"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"}
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/(?P<id>[A-Za-z0-9_-]{11})")
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
# Path segments with the length of a video's id that aren't ids.
_NO_VIDEO = {"videoseries", "live_stream"}


def url_key(url: str) -> str:
    """The URL without scheme, `www.`, trailing slash and tracking parameters; one key for all addresses of a paper or
    a video.

    Raises ValueError if `url` isn't a web address."""
    parts = _parts(url.strip())
    host = _host(parts.hostname)
    path = _plain(_SESSION.sub("", parts.path)).rstrip("/")
    query, fragment = _plain(_without_tracking(parts.query)), parts.fragment.partition(":~:")[0]
    rest = (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    if known := _paper(host, path) or _video(host, path, parts.query):
        return known
    if doi := doi_at(host, path):
        # A DOI may contain any character, so at its resolver the query and the fragment may be part of it.
        return f"doi.org/{doi}{rest if host in DOI_HOSTS else ''}"
    if parts.port and parts.port != _DEFAULT_PORTS[parts.scheme.lower()]:
        host = f"{host}:{parts.port}"
    return host + _without_index(path, query) + rest


def is_web_address(url: str) -> bool:
    """Whether `url_key` finds a key for it."""
    try:
        _parts(url.strip())
    except ValueError:
        return False
    return True


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme.lower() in _DEFAULT_PORTS and _host(parts.hostname or "") and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValueError(Message(_("“%(url)s” isn’t a web address."), {"url": url}))
    return parts


@lru_cache(maxsize=4_096)  # the sources of a list come from few hosts
def _host(host: str) -> str:
    """The host in lower case, with punycode labels decoded, without `www.`."""
    usual = unicodedata.normalize("NFKC", host).lower()
    # NFKC expands some characters to several, which would make the key longer than the URL.
    host = (usual if len(usual) <= len(host) else host).replace("。", ".")
    return ".".join(map(_label, host.split("."))).rstrip(".").removeprefix("www.")


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        letters = label.removeprefix("xn--").encode("ascii").decode("punycode")
    except ValueError:
        return label
    return letters if letters.isprintable() else label


def _plain(text: str) -> str:
    """The text with percent-encoding removed wherever the encoded and the plain character are equivalent."""
    if "%" not in text:
        return text
    text = _UNRESERVED.sub(lambda match: chr(int(match[1], 16)), text)
    return _NOT_ASCII.sub(_letters, _HEX.sub(lambda match: match[0].upper(), text))


def _letters(match: re.Match) -> str:
    try:
        letters = bytes.fromhex(match[0].replace("%", "")).decode()
    except ValueError:
        return match[0]
    # Unprintable characters stay percent-encoded.
    return letters if letters.isprintable() else match[0]


def _without_index(path: str, query: str) -> str:
    """The path without a final index document. With a query only static documents (`.html`, `.htm`) are dropped,
    because a script may give a different page."""
    if _NAMES_FILES.search(path) or (query and not path.endswith(("html", "htm"))):
        return path
    return _INDEX.sub("", path).rstrip("/")


def _paper(host: str, path: str) -> str:
    """The key of an arXiv or ACL Anthology paper, whichever of its addresses this is, or ""."""
    if paper := arxiv_id_at(host, path):
        return f"arxiv.org/abs/{paper}"
    if paper := acl_id_at(host, path):
        return f"aclanthology.org/{paper}"
    return ""


def _video(host: str, path: str, query: str) -> str:
    """The key of a YouTube video, without start time and playlist, or of a playlist; "" for any other address."""
    if host != "youtu.be" and host not in _YOUTUBE_HOSTS:
        return ""
    parameters = parse_qs(query)
    if host == "youtu.be":
        video = path.removeprefix("/")
    elif match := _YOUTUBE_PATH.fullmatch(path):
        video = match["id"]
    else:
        video = parameters.get("v", [""])[0] if path == "/watch" else ""
    if _YOUTUBE_ID.fullmatch(video) and video not in _NO_VIDEO:
        return f"youtube.com/watch?v={video}"
    if path in {"/playlist", "/embed/videoseries"} and "list" in parameters:
        return f"youtube.com/playlist?list={parameters['list'][0]}"
    return ""


def _without_tracking(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    remaining = [(name, value) for name, value in pairs if not _TRACKING.match(name.lower())]
    # A query without tracking is returned as it is: encoding it again might change its spelling.
    return query if len(remaining) == len(pairs) else urlencode(remaining)
