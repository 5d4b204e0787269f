"""Guesses the kind of a source from the host and path of its URL.

Used only for new sources without a kind; a kind set by a curator or by the facts file is never overwritten. The values
are those of `Source.Kind`."""

import re
from urllib.parse import urlsplit

# Hosts with sources of one kind, subdomains included.
_HOSTS = {
    "paper": """aclanthology.org arxiv.org biorxiv.org ieeexplore.ieee.org jmlr.org medrxiv.org neurips.cc nips.cc
        openaccess.thecvf.com openreview.net papers.ssrn.com pmc.ncbi.nlm.nih.gov proceedings.mlr.press
        pubmed.ncbi.nlm.nih.gov sciencedirect.com semanticscholar.org""",
    "book": "gutenberg.org leanpub.com manning.com openlibrary.org",
    "course": "coursera.org edx.org fast.ai ocw.mit.edu udacity.com udemy.com",
    "video": "dailymotion.com slideslive.com ted.com twitch.tv videolectures.net vimeo.com youtu.be youtube.com",
    "code": "bitbucket.org codeberg.org colab.research.google.com github.com gitlab.com kaggle.com sourceforge.net",
    "docs": "devdocs.io docs.rs readthedocs.io readthedocs.org",
    "forum": """lesswrong.com news.ycombinator.com quora.com reddit.com serverfault.com stackexchange.com
        stackoverflow.com superuser.com""",
    "blog": "blogspot.com dev.to ghost.io hashnode.dev medium.com substack.com towardsdatascience.com wordpress.com",
}
_KIND_OF_HOST = {host: kind for kind, hosts in _HOSTS.items() for host in hosts.split()}

# Path segments and first labels of a host that imply a kind. An earlier line takes precedence over a later one.
_WORDS = {
    "forum": "answers community discourse discuss discussions forum forums questions threads",
    "course": "class classes course courses curriculum lecture lectures syllabus teaching",
    "docs": """apidocs cookbook developer developers doc docs documentation examples guide guides handbook howto man
        manual manuals quickstart reference tutorial tutorials""",
    "video": "talk talks video videos webinar webinars",
    "book": "book books ebook ebooks textbook",
    "report": "report reports whitepaper whitepapers",
    "paper": "journal journals paper papers pmc proceedings pub publication publications pubs",
    "blog": "blog blogs engineering essays news newsletter post posts",
}
_KIND_OF_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_SUREST = list(_WORDS)

# Names of PDF and PostScript files that imply a kind.
_PRINTED = [
    ("report", re.compile(r"report|white-?paper|(?:system|model)-?card", re.IGNORECASE)),
    ("course", re.compile(r"lecture|slides|course|syllabus|handout", re.IGNORECASE)),
    ("book", re.compile(r"book(?!let)", re.IGNORECASE)),
    ("docs", re.compile(r"manual|guide|datasheet", re.IGNORECASE)),
]
# Essays are usually under a date, or under a company's /research/.
_ESSAY = re.compile(r"/(?:19|20)\d\d/(?:0?[1-9]|1[0-2])(?:/|$)|/(?:19|20)\d\d-[01]\d-[0-3]\d|/research/[^/]+/?$")


def guess_kind(url: str, identifier: str) -> str:
    """The kind that the URL's `identifier` (see `identifier_in`), file name, host or path implies, or ""."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    steps = [step.casefold() for step in parts.path.split("/") if step]
    return (
        _by_identifier(identifier)
        or _by_file(steps)
        or ("blog" if {"blog", "blogs"} & set(steps) else "")
        or _by_host(host, steps)
        or _surest(steps)
        or _by_own_name(host)
        or ("blog" if _ESSAY.search(parts.path) else "")
    )


def _by_identifier(identifier: str) -> str:
    """ "book" for an ISBN or a DOI that ends with one (a chapter's DOI continues after it); "paper" for any other."""
    if re.fullmatch(r"97[89]-\d{10}|10\.\d+/97[89][\d-]{10,14}", identifier):
        return "book"
    return "paper" if identifier else ""


def _by_file(steps: list[str]) -> str:
    name = steps[-1] if steps else ""
    if name.endswith((".ipynb", ".py")):
        return "code"
    if name.endswith((".mp4", ".webm")):
        return "video"
    if not name.endswith((".pdf", ".ps", ".ps.gz")):
        return ""
    return next((kind for kind, words in _PRINTED if words.search(name)), "") or _surest(steps[:-1]) or "paper"


def _by_host(host: str, steps: list[str]) -> str:
    """The kind of the host itself, else of its first label ("docs.github.com"), else of the domain above it."""
    names = host.split(".")
    first = _KIND_OF_WORD.get(names[0], "") if len(names) > 2 else ""
    ends = (".".join(names[at:]) for at in range(1, len(names)))
    kind = _KIND_OF_HOST.get(host) or first or next((_KIND_OF_HOST[end] for end in ends if end in _KIND_OF_HOST), "")
    kind = kind or ("forum" if names[-2:][0].endswith("forum") else "")
    if kind == "code" and len(steps) > 2:
        return {"wiki": "docs", "discussions": "forum", "issues": "forum"}.get(steps[2], kind)
    if kind == "forum" and "posts" in steps:
        return "blog"
    return kind


def _by_own_name(host: str) -> str:
    """ "book" for a domain named after a book, such as "rlhfbook.com"."""
    name = host.split(".")[-2:][0]
    return "book" if name.endswith("book") and name != "facebook" else ""


def _surest(steps: list[str]) -> str:
    return min((_KIND_OF_WORD[step] for step in steps if step in _KIND_OF_WORD), key=_SUREST.index, default="")
