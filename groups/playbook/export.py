"""Export of a playbook as a Markdown file: YAML front matter, then topic, author, prompt, and the answer as written.

Headings and credits are in the language of the person who exports it, with full names and dates. The keys of the front
matter, which programs read, are always the same."""

import json
import re
from collections.abc import Iterator

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from notes.revision import BasedOn
from readlist_site.base.languages.direction import isolated
from readlist_site.base.languages.formats import format_time, list_of_names
from readlist_site.base.text import costs_cpu, embedded, literal

from .playbook import Playbook, PlaybookEntry

TOPIC, AUTHOR, PROMPT = "##", "###", "####"
# Characters that JSON doesn't escape but YAML reads as a line end or rejects, and the one that begins a tag where the
# front matter is read as Markdown.
_UNREADABLE = re.compile("[<\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@costs_cpu
def as_markdown(playbook: Playbook, *, parts: list[str]) -> str:
    """Return the whole file. `parts` names the filters that were applied. Uses one query in addition to the playbook's
    own."""
    prefetch_related_objects([entry.round.revision for entry in playbook.entries], "based_on__source")
    return "\n".join([*_front_matter(playbook, parts), *_text(playbook, parts)])


def _front_matter(playbook: Playbook, parts: list[str]) -> Iterator[str]:
    yield "---"
    yield f"group: {quoted(playbook.group.name)}"
    yield f"list: {quoted(playbook.group.list.title)}"
    if parts:
        yield f"only: [{', '.join(map(quoted, parts))}]"
    yield f"exported: {timezone.localdate().isoformat()}"
    yield f"topics: {playbook.topics}"
    yield f"summaries: {playbook.summaries}"
    yield "accepted:" if playbook.entries else "accepted: []"
    for chapter in playbook.chapters:
        for entry in chapter.entries:
            yield f"  - topic: {quoted(chapter.topic.title)}"
            yield from (f"    {line}" for line in _facts(entry))
    yield "---"
    yield ""


def _facts(entry: PlaybookEntry) -> Iterator[str]:
    """Yield the front matter's lines about one summary."""
    round = entry.round
    yield f"author: {quoted(_name(entry.author))}"
    yield f"revision: {round.revision.number}"
    yield f"accepted: {timezone.localdate(entry.round.acceptance_date).isoformat()}"
    yield f"approvals: [{', '.join(quoted(_name(person)) for person in entry.approvers)}]"
    sources = list(round.revision.based_on.all())
    yield "sources:" if sources else "sources: []"
    for basis in sources:
        yield f"  - title: {quoted(basis.title)}"
        yield f"    url: {quoted(basis.source.url)}"


def _text(playbook: Playbook, parts: list[str]) -> Iterator[str]:
    yield "# " + _("Playbook of %(group)s") % {"group": isolated(literal(playbook.group.name))} + "\n"
    if parts:
        yield _("Filter: %(parts)s") % {"parts": ", ".join(isolated(literal(part)) for part in parts)} + "\n"
    if not playbook.entries:
        yield _("No accepted summaries yet.") + "\n"
    for chapter in playbook.chapters:
        if chapter.entries:
            yield f"{TOPIC} {literal(chapter.topic.title)}\n"
        for entry in chapter.entries:
            yield f"{AUTHOR} {literal(_name(entry.author))}\n"
            yield f"{_credits(entry)}\n"
            for answer in [*(cell.answer for cell in entry.cells if cell.answer), *entry.retired_answers]:
                yield f"{PROMPT} {literal(answer.prompt_text)}\n"
                text = embedded(
                    answer.body, below=len(PROMPT), footnote_prefix=str(answer.pk), line_breaks=answer.line_breaks
                )
                yield f"{text}\n"


def _credits(entry: PlaybookEntry) -> str:
    """Return the line on who approved it, when, and which sources it is based on."""
    round = entry.round
    facts = {
        "number": round.revision.number,
        "date": format_time(entry.round.acceptance_date, "yMMMMd"),
        "names": list_of_names(literal(_name(person)) for person in entry.approvers),
    }
    sentence = _("Revision %(number)s, accepted on %(date)s, approved by %(names)s.") % facts
    if sources := [_link(basis) for basis in round.revision.based_on.all()]:
        sentence += "\n" + _("Based on: %(sources)s") % {"sources": ", ".join(sources)}
    return sentence


def _link(basis: BasedOn) -> str:
    address = re.sub(r"[<>\s\\]", lambda found: f"%{ord(found[0]):02X}", basis.source.url)
    return isolated(f"[{literal(basis.title)}](<{address}>)")


def _name(person) -> str:
    return person.display_name if person else _("A former member")


def quoted(text: str) -> str:
    """Return a YAML string on one line, whatever characters it has."""
    return _UNREADABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
