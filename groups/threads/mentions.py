"""Mentions of members in posts, as in "@ada": whom a post mentions, and how it is shown.

They are found in the HTML of a post, outside code, formulas and links. Whom a handle means is stored with the post
when it is written (`Post.mentions`), so that it still means them after they change it; it is shown as it is now."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from html import escape

from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe

from groups.members.group import Group
from groups.members.handle import EVERYBODY, MAX_LENGTH, PATTERN, fold, handle_key, without_accents

# So many are told of one post by their name; the group as a whole counts as one.
MOST_MENTIONED = 25
# In `Post.mentions`: everybody in the group.
ALL = 0

_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_MENTION = re.compile(rf"(?<![\w@/.-])@({PATTERN.pattern})")
_OPAQUE = {"a", "code", "math", "pre"}


def _texts(html: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield the parts of sanitised HTML: whether a part is text in which people are mentioned, and whether it is
    quoted."""
    opaque = quoted = at = 0
    for tag in _TAG.finditer(html):
        yield html[at : tag.start()], not opaque, bool(quoted)
        yield tag[0], False, False
        step = -1 if tag[1] else 1
        opaque += step * (tag[2] in _OPAQUE)
        quoted += step * (tag[2] == "blockquote")
        at = tag.end()
    yield html[at:], not opaque, bool(quoted)


def handles_in(html: str, *, quoted: bool = True) -> list[str]:
    """Return the folded handles in a post's HTML, each once, in their order; without `quoted` not those in
    quotations."""
    found = (
        fold(match[1])
        for text, is_open, is_quoted in _texts(html)
        if is_open and (quoted or not is_quoted)
        for match in _MENTION.finditer(text)
    )
    return [handle for handle in dict.fromkeys(found) if len(handle) <= MAX_LENGTH]


def _people_called(group: Group, handles: Iterable[str]) -> dict[str, int]:
    """Return the keys of the group's members by these folded handles. An accent may be missing in them, or be too
    much: of two members the one is meant whose handle is exactly this."""
    keys = {handle_key(handle) for handle in handles} - {""}
    members = list(
        group.memberships.filter(Q(handle__in=handles) | Q(handle_key__in=keys)).values_list("handle", "person")
    )
    found = {without_accents(handle): person for handle, person in members} | dict(members)
    return {handle: person for handle in handles if (person := found.get(handle) or found.get(without_accents(handle)))}


def unknown_handles(html: str, mentions: Mapping[str, int] | None) -> list[str]:
    """Return the handles in a post's HTML, outside of quotations, by which nobody is mentioned; `EVERYBODY` is among
    them in a post of who doesn't moderate: see `find_mentions`."""
    return [handle for handle in handles_in(html, quoted=False) if handle not in (mentions or ())]


def find_mentions(html: str, group: Group, author, known: Mapping[str, int] | None = None) -> dict[str, int] | None:
    """Return the keys of the people whom a post mentions, by handle as it is written; None if it mentions nobody.
    `known`: what the handles in the same post meant before it was edited. Only moderators mention everybody. Call it
    under the group's lock."""
    known = known or {}
    handles = handles_in(html)
    new = [handle for handle in handles if handle not in known]
    found = {handle: known[handle] for handle in handles if handle in known}
    if new:
        found |= _people_called(group, new)
    if EVERYBODY in new and group.is_moderated_by(author):
        found[EVERYBODY] = ALL
    return found or None


def named_in(html: str, mentions: Mapping[str, int] | None, author: int | None) -> list[int]:
    """Return the keys of the people, without its author, whom a post mentions outside of quotations, in their order;
    `ALL` among them stands for everybody."""
    if not mentions:
        return []
    named = [mentions[handle] for handle in handles_in(html, quoted=False) if handle in mentions]
    return [person for person in dict.fromkeys(named) if person != author]


def to_tell(named: Iterable[int], told: Collection[int] = ()) -> set[int]:
    """Return the keys of the people who are to be told by name, of those whom a post mentions: the first, so that with
    those who were `told` of it before they are at most `MOST_MENTIONED`. `ALL` is always among them, and then who was
    told before doesn't count, because everybody was."""
    new = [person for person in named if person not in told]
    most = MOST_MENTIONED if ALL in new else max(MOST_MENTIONED - len(told), 0)
    return {*new[:most], *({ALL} & {*new})}


def _replaced(html: str, shown: Callable[[re.Match], str]) -> str:
    return "".join(_MENTION.sub(shown, text) if is_open else text for text, is_open, _ in _texts(html))


def with_mentions(
    html: str, mentions: Mapping[str, int] | None, handles: Mapping[int, str], address: str
) -> SafeString:
    """Return a post's HTML with mentions as links to the members, at `address`, with their present `handles` by key.
    Who has left is no link any more."""

    def shown(match: re.Match) -> str:
        person = (mentions or {}).get(fold(match[1]))
        if person == ALL:
            return f'<b class="mention">{match[0]}</b>'
        if person is None or not handles.get(person):
            return match[0]
        return f'<a class="mention" href="{address}#member-{person}">@{escape(handles[person])}</a>'

    return mark_safe(_replaced(html, shown) if mentions else html)  # noqa: S308


def without_mentions(body: str, handles: set[str], instead: str) -> str:
    """Return a Markdown text with these handles replaced."""
    if not handles:
        return body
    return _MENTION.sub(lambda match: instead if fold(match[1]) in handles else match[0], body)
