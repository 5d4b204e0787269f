"""Identifiers of papers and books (arXiv id, DOI, ISBN), read from a text or a URL.

Each has one normalised form: "arXiv:2305.18290", "10.1145/3411764.3445518" and "978-0262039246"."""

import re
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message

_PLAIN = re.ASCII | re.IGNORECASE

_ARXIV_ID = r"(?P<arxiv>\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
_ARXIV = re.compile(rf"(?:arxiv\s*:\s*)?{_ARXIV_ID}(?:\s*\[[\w.-]+\])?", _PLAIN)
_ARXIV_PATH = re.compile(rf"/(?:abs|pdf|html|format)/(?:arxiv:)?{_ARXIV_ID}(?:\.pdf)?", _PLAIN)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_ARXIV_ID}", _PLAIN)
# Hosts that serve arXiv's papers at arXiv's paths.
_ARXIV_HOSTS = {"arxiv.org", "xxx.lanl.gov", "ar5iv.org", "ar5iv.labs.arxiv.org", "alphaxiv.org"}
_ARXIV_MIRROR = re.compile(r"(?:export|browse|lanl|cn|de|es|in|uk)\.arxiv\.org")

DOI_HOSTS = {"doi.org", "dx.doi.org"}
_DOI_NAME = r"(?P<doi>10\.\d{4,9}(?:\.\d+)*/\S*[^\s/.,;])"
_DOI = re.compile(rf"(?:doi\s*:?\s*|(?:dx\.)?doi\.org/)?{_DOI_NAME}", _PLAIN)
# Publishers serve a work, its abstract and its PDF under its DOI; a supplement (/doi/suppl/…) is not the work. On any
# other host such a path may lead to anything, such as a page about the work.
_PUBLISHERS = {
    "acpjournals.org",
    "ahajournals.org",
    "annualreviews.org",
    "ascelibrary.org",
    "atsjournals.org",
    "dl.acm.org",
    "epubs.siam.org",
    "journals.aom.org",
    "journals.asm.org",
    "journals.physiology.org",
    "journals.sagepub.com",
    "journals.uchicago.edu",
    "liebertpub.com",
    "nejm.org",
    "pnas.org",
    "pubs.acs.org",
    "pubs.rsna.org",
    "pubsonline.informs.org",
    "royalsocietypublishing.org",
    "science.org",
    "tandfonline.com",
    "worldscientific.com",
}
_DOI_PATH = re.compile(
    r"/doi/(?:(?:abs|abstract|pdf|epdf|pdfdirect|pdfplus|full|fullhtml|epub|book|proceedings)/)?"
    rf"{_DOI_NAME}",
    _PLAIN,
)
_RESOLVED_PATH = re.compile(rf"/{_DOI_NAME}")
_WILEY = re.compile(r"(?:\w+\.)?onlinelibrary\.wiley\.com")
_WILEY_VIEW = re.compile(r"/(?:abstract|full|pdf|epdf|summary)$", _PLAIN)
_SPRINGER_PATH = re.compile(rf"/(?:article|chapter|book|content/pdf)/{_DOI_NAME}", _PLAIN)
_ACL_ID = r"(?P<acl>[a-z]\d\d-\d{4}|\d{4}\.[a-z\d_]+-[a-z\d_]+\.\d+)"
_ACL_PATH = re.compile(rf"/{_ACL_ID}(?:v\d+)?(?:\.pdf)?", _PLAIN)
_OLD_ACL_PATH = re.compile(rf"/anthology/{_ACL_ID}(?:v\d+)?(?:\.pdf)?", _PLAIN)
_ACL_DOI = re.compile(rf"10\.18653/v1/{_ACL_ID}", _PLAIN)

_ISBN = re.compile(r"(?:isbn(?:-1[03])?\s*:?\s*)?(?P<isbn>\d[\d -]{8,15}[\dx])", _PLAIN)
_ISBN_13 = re.compile(r"97[89]-?\d(?:-?\d){9}", _PLAIN)
_ISBN_10 = re.compile(r"\d(?:-?\d){8}-?[\dx]", _PLAIN)


def identifier_of(text: str) -> str:
    """The normalised form of an identifier, or of the one that a URL contains.

    Raises ValueError, with a message for the user, if the text is neither."""
    text = " ".join(text.split())
    if "://" in text:
        if found := identifier_in(text):
            return found
        raise ValueError(Message(_("This address contains no arXiv id, DOI or ISBN.")))
    if match := _DOI.fullmatch(text):
        arxiv = _ARXIV_DOI.fullmatch(match["doi"])
        return f"arXiv:{_arxiv_id(arxiv)}" if arxiv else match["doi"].lower()
    if match := _ARXIV.fullmatch(text):
        return f"arXiv:{_arxiv_id(match)}"
    if match := _ISBN.fullmatch(text):
        return _isbn(match["isbn"])
    raise ValueError(
        Message(
            _("This isn’t an arXiv id, DOI or ISBN. Write it like arXiv:2305.18290, 10.1145/3411764 or 978-0262039246.")
        )
    )


def identifier_in(url: str) -> str:
    """The normalised identifier that a URL contains, or ""."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if paper := arxiv_id_at(host, parts.path):
        return f"arXiv:{paper}"
    if doi := doi_at(host, parts.path):
        return doi
    return _isbn_at(parts.path)


def identifier_url(identifier: str) -> str:
    """The address of an arXiv id or a DOI; "" for an ISBN and for anything that isn't an identifier."""
    try:
        found = identifier_of(identifier)
    except ValueError:
        return ""
    if found.startswith("arXiv:"):
        return f"https://arxiv.org/abs/{found.removeprefix('arXiv:')}"
    return f"https://doi.org/{found}" if found.startswith("10.") else ""


def arxiv_id_at(host: str, path: str) -> str:
    """The arXiv id, without version, of the paper at this address (abstract, PDF, HTML, mirror or DOI), or ""."""
    path = path.rstrip("/")
    if host in _ARXIV_HOSTS or _ARXIV_MIRROR.fullmatch(host):
        match = _ARXIV_PATH.fullmatch(path)
    elif doi := _doi_at(host, path):
        match = _ARXIV_DOI.fullmatch(doi)
    else:
        match = None
    return _arxiv_id(match) if match else ""


def acl_id_at(host: str, path: str) -> str:
    """The ACL Anthology id of the paper at this address, or "". Not all of the Anthology's DOIs contain the id."""
    path = path.rstrip("/")
    if host == "aclanthology.org":
        match = _ACL_PATH.fullmatch(path)
    elif host == "aclweb.org":
        match = _OLD_ACL_PATH.fullmatch(path)
    elif doi := _doi_at(host, path):
        match = _ACL_DOI.fullmatch(doi)
    else:
        match = None
    return match["acl"].lower() if match else ""


def doi_at(host: str, path: str) -> str:
    """The DOI in an address of a resolver or a publisher, or "". In lower case, since DOIs are case-insensitive."""
    return _doi_at(host, path.rstrip("/")).lower()


def _doi_at(host: str, path: str) -> str:
    if host in DOI_HOSTS:
        match = _RESOLVED_PATH.fullmatch(unquote(path))
    elif host == "link.springer.com":
        match = _SPRINGER_PATH.fullmatch(unquote(path).removesuffix(".pdf"))
    elif host in _PUBLISHERS:
        match = _DOI_PATH.fullmatch(unquote(path))
    elif _WILEY.fullmatch(host):
        match = _DOI_PATH.fullmatch(_WILEY_VIEW.sub("", unquote(path)))
    else:
        match = None
    return match["doi"] if match else ""


def _arxiv_id(match: re.Match) -> str:
    """The matched id without its version and, for an old one, without the subject class, which arXiv ignores."""
    archive, slash, number = match["arxiv"].lower().rpartition("/")
    return archive.partition(".")[0] + slash + number


def _isbn_at(path: str) -> str:
    """The ISBN that is a whole segment of the path, or "". Ten digits count only after a segment like "isbn"."""
    steps = path.split("/")
    for before, step in pairwise(steps):
        if _ISBN_13.fullmatch(step) or (before.lower() in {"isbn", "dp", "product"} and _ISBN_10.fullmatch(step)):
            try:
                return _isbn(step)
            except ValueError:
                continue
    return ""


def _isbn(written: str) -> str:
    """The ISBN with thirteen digits. Raises ValueError if the check digit is wrong."""
    digits = re.sub(r"[ -]", "", written).upper()
    if len(digits) == 10 and digits[9] == _last_of_10(digits):
        digits = f"978{digits[:9]}"
        digits += _last_of_13(digits)
    elif len(digits) != 13 or digits[:3] not in {"978", "979"} or digits[12] != _last_of_13(digits):
        raise ValueError(Message(_("“%(isbn)s” isn’t a valid ISBN: its check digit is wrong."), {"isbn": written}))
    return f"{digits[:3]}-{digits[3:]}"


def _last_of_10(digits: str) -> str:
    rest = -sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return "X" if rest == 10 else str(rest)


def _last_of_13(digits: str) -> str:
    return str(-sum(int(digit) * (1, 3)[index % 2] for index, digit in enumerate(digits[:12])) % 10)
