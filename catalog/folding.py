"""When two addresses are one source: the canonical form of a URL. A key for comparing, never a link to follow."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|ref_src|ref_url)$"
)
_ARXIV_PATH = re.compile(
    r"^/(?:abs|pdf|html|format)/(?P<id>(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7}))(?:v\d+)?(?:\.pdf)?$",
    re.IGNORECASE,
)
_ARXIV_DOI = re.compile(r"^/10\.48550/arxiv\.(?P<id>.+)$", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = re.compile(r"%(2D|2E|5F|7E|3[0-9]|[46][1-9A-F]|[57][0-9A])", re.IGNORECASE)


def fold(url: str) -> str:
    """The address without scheme, `www.`, trailing slash and tracking; all forms of an arXiv paper are one.

    Raises ValueError for what is no web address."""
    parts = _parts(url.strip())
    host = parts.hostname.rstrip(".").removeprefix("www.")
    path = _UNRESERVED.sub(lambda match: chr(int(match[1], 16)), parts.path).rstrip("/")
    if paper := _arxiv_id(host, path):
        return f"arxiv.org/abs/{paper}"
    if host in {"doi.org", "dx.doi.org"}:
        # A DOI is the same in capitals and in small letters.
        host, path = "doi.org", path.lower()
    if parts.port and parts.port != _DEFAULT_PORTS[parts.scheme.lower()]:
        host = f"{host}:{parts.port}"
    query = _without_tracking(parts.query)
    fragment = parts.fragment.partition(":~:")[0]
    return host + path + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme.lower() in _DEFAULT_PORTS and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValueError(f"“{url}” is no web address.")
    return parts


def _arxiv_id(host: str, path: str) -> str:
    if host in {"arxiv.org", "export.arxiv.org"}:
        match = _ARXIV_PATH.match(path)
    elif host in {"doi.org", "dx.doi.org"}:
        match = _ARXIV_DOI.match(path)
    else:
        match = None
    return match["id"].lower() if match else ""


def _without_tracking(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.match(name.lower())]
    # Untouched queries stay as they are: writing them anew might spell them differently.
    return query if len(kept) == len(pairs) else urlencode(kept)
