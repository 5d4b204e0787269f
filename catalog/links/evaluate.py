"""Evaluates the result of a visit to a source's link."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from catalog.sources.canonical_url import url_key
from readlist_site.base.link_fetch.fetch import FetchOutcome, FetchResult
from readlist_site.base.link_fetch.title_match import TitleMatch, compare_titles, is_not_found, is_wall

from .finding_text import stored_finding
from .link_check import LinkCheck

Outcome = LinkCheck.Outcome

_SIGN_IN = re.compile(
    r"(^|[/._-])(log-?in|sign-?in|auth|oauth|sso|consent|captcha|challenge)([/._?-]|$)", re.IGNORECASE
)
_LONGEST_LINK = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome with a note, as `stored_finding` returns it. The same finding always has the same note, so that one
    that was dismissed before is recognised."""

    outcome: str
    note: str = ""
    better_url: str = ""


def evaluate(url: str, visit: FetchResult, title: str, expected: Iterable[str]) -> Finding:
    """The finding of a visit to `url`. `title` is the page's title, `expected` are the titles that count as a match."""
    if visit.found != FetchOutcome.ANSWERED:
        is_dead = visit.found in {FetchOutcome.GONE, FetchOutcome.UNREACHED}
        note = stored_finding(visit.problem, **visit.facts) if visit.problem else ""
        return Finding(Outcome.DEAD if is_dead else Outcome.UNSURE, note)
    if is_not_found(title):
        return Finding(Outcome.DEAD, stored_finding("says_not_found", title=title[:200]))
    if is_wall(title) or _asks_to_sign_in(url, visit):
        return Finding(Outcome.UNSURE, stored_finding("wall"))
    if compare_titles(title, expected) == TitleMatch.OTHER:
        return Finding(Outcome.TITLE_DIFFERS, stored_finding("other_title", title=title[:200]))
    return _moved(url, visit) or Finding(Outcome.FINE)


def _asks_to_sign_in(url: str, visit: FetchResult) -> bool:
    return bool(_SIGN_IN.search(urlsplit(visit.final_url).path)) and not _SIGN_IN.search(urlsplit(url).path)


def _moved(url: str, visit: FetchResult) -> Finding | None:
    """A finding if the link redirects permanently to another canonical URL, else None."""
    listed, _, fragment = url.partition("#")
    try:
        if url_key(visit.lasting_url.partition("#")[0]) == url_key(listed):
            return None
    except ValueError:
        return None
    parts = urlsplit(visit.lasting_url)
    if parts.path in {"", "/"} and not parts.query and urlsplit(listed).path not in {"", "/"}:
        return Finding(Outcome.MOVED, stored_finding("moved_to_front", host=parts.hostname))
    better = f"{visit.lasting_url}#{fragment}" if fragment else visit.lasting_url
    better = better if len(better) <= _LONGEST_LINK else ""
    return Finding(Outcome.MOVED, stored_finding("moved", host=parts.hostname), better)
