"""Rows of the review queue and the tags in them, as strings: `{% queue_rows rounds %}`, `{% signs status_tags %}`.

A page of thirty went over some nine thousand nodes of templates. So `queue_row.html` and `sign.html` in
`groups/reviews` are rendered once for each kind of row and tag, and filled in here: see
readlist_site/base/web/template_pattern.py."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django import template
from django.template import Context
from django.template.defaultfilters import capfirst
from django.template.loader import get_template
from django.utils.safestring import SafeString

from groups.reviews.review_round import ReviewRound
from groups.reviews.status import QueueSection, SignKind, StatusTag
from groups.threads.post_pattern import PatternAuthor
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.template_pattern import Pattern, mark, number_mark
from readlist_site.base.web.time_filters import short_time

from .member_names import first_name, member_name
from .review import day, deadline

register = template.Library()

ROW, SIGN, STATUS = (f"groups/reviews/{name}.html" for name in ("queue_row", "sign", "status"))


@register.simple_tag
def signs(status_tags: Iterable[StatusTag]) -> SafeString:
    """Return facts about a revision as tags."""
    pattern = Pattern(SIGN)
    return SafeString("\n".join(_sign(pattern, each) for each in status_tags))


def _sign(pattern: Pattern, tag: StatusTag) -> SafeString:
    when = deadline if tag.kind == SignKind.REVIEWING else day
    values = {
        "name": isolated(capfirst(first_name(tag.person))),
        "full": isolated(tag.person.display_name) if tag.person else "",
        "number": tag.number,
        "at": isolated(when(tag.at)) if tag.at else "",
    }
    number = tag.number if tag.kind == SignKind.NEEDS_REVIEWS else mark("number")
    variant = tag.kind, tag.is_mine, bool(tag.person), number
    facts = {"kind": tag.kind, "look": tag.look, "icon": tag.icon, "is_mine": tag.is_mine, "person": bool(tag.person)}
    shown = {"name": mark("name"), "full": mark("full"), "number": number, "at": mark("at")}
    return pattern.fill(variant, lambda: facts | shown, values)


@register.simple_tag(takes_context=True)
def queue_rows(context: Context, rounds: Iterable[ReviewRound]) -> SafeString:
    """Return a row for each of these rounds of `fetch_queued`, with `status` and `action`. Reads
    `Group.name_hints`."""
    pattern = Pattern(ROW)
    return SafeString("".join(_row(pattern, context, each) for each in rounds))


def _row(pattern: Pattern, context: Context, round: ReviewRound) -> SafeString:
    submission, status = round.submission, round.status
    author, topic = submission.summary.author, submission.summary.topic
    is_mine, is_own = author == context["user"], round.queue_section == QueueSection.OWN
    hint = context["group"].name_hints.get(author.pk, "") if author else ""
    has_number = is_mine or len(submission.rounds.all()) > 1
    values = {
        "0": submission.pk,
        "1": topic.pk,
        "url": submission.get_absolute_url(),
        "heading": topic.short_name,
        "topic": isolated(topic.short_name),
        "initials": author.initials if author else "",
        "name": first_name(author),
        "hint": hint,
        "author": isolated(first_name(author)),
        "author_named": isolated(member_name(context, author, inside=True)),
        "number": round.revision.number,
        "status": get_template(STATUS).render({"status": status}) if is_own else "",
        "when": isolated(short_time(round.submitted_at)),
        "signs": signs(status.opinion_tags if is_own else status.status_tags),
        "csrf": context.get("csrf_token", ""),
    }
    variant = (
        bool(author), is_mine, bool(hint), has_number, is_own, round.skipped_by_me,
        round.queue_section == QueueSection.AVAILABLE, round.action,
    )  # fmt: skip
    return pattern.fill(variant, lambda: _context(*variant), values)


def _context(
    has_author: bool,
    is_mine: bool,
    has_hint: bool,
    has_number: bool,
    is_own: bool,
    skipped: bool,
    can_skip: bool,
    action: str,
) -> dict[str, Any]:
    """The context of a pattern: marks in place of what differs between rows of one kind."""
    me = PatternAuthor()
    names = ("url", "heading", "topic", "author", "author_named", "when", "signs")
    return {name: mark(name) for name in names} | {
        "user": me,
        "person": me if is_mine else PatternAuthor() if has_author else None,
        "group": SimpleNamespace(name_hints={PatternAuthor.pk: mark("hint")} if has_hint else {}),
        "number": mark("number") if has_number else None,
        "status": mark("status") if is_own else "",
        "skipped": skipped,
        "can_skip": can_skip,
        "action": action,
        "submission": number_mark(0),
        "topic_key": number_mark(1),
        "csrf_token": mark("csrf"),
    }
