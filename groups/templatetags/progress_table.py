"""The table of a group's progress, a row for each topic and a cell for each member, as one string.

A group of twelve has hundreds of cells, and a template that goes over them takes most of the page's time. So the
partials of `groups/overview/group.html` are rendered once for each kind of cell, row and column, and filled in here:
see readlist_site/base/web/template_pattern.py."""

from django import template
from django.utils.safestring import SafeString

from groups.members.group import Group
from groups.reviews.group_progress import GroupProgress, MemberProgress, Tier
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.addresses import address
from readlist_site.base.web.template_pattern import Pattern, mark

register = template.Library()

PAGE = "groups/overview/group.html"


@register.filter
def progress_columns(progress: GroupProgress, group: Group) -> SafeString:
    """The heads of the columns, one per member, each a link to the member: `{{ progress|progress_columns:group }}`."""
    column_head, members = Pattern(f"{PAGE}#column_head"), address("members", group.pk)
    heads = []
    for column in progress.columns:
        variant = mine, hides_reading = column.mine, column.membership.hides_reading
        context = {
            "mine": mine, "hides_reading": hides_reading,
            "url": mark("url"), "name": mark("name"), "full_name": mark("full_name"),
        }  # fmt: skip
        values = {
            "url": f"{members}#member-{column.person_id}",
            "name": column.name,
            "full_name": column.membership.person.display_name,
        }
        heads.append(column_head.fill(variant, lambda context=context: context, values))
    return SafeString("".join(heads))


@register.filter
def progress_rows(tier: Tier) -> SafeString:
    """The rows of a tier's topics."""
    pattern, cell_pattern, rows = Pattern(f"{PAGE}#topic_row"), Pattern(f"{PAGE}#cell"), []
    names = [isolated(cell.column.name) for cell in tier.rows[0].cells] if tier.rows else []
    for row in tier.rows:
        url, in_review = row.topic.get_absolute_url(), row.in_review
        cells = "".join(_cell(cell_pattern, cell, name, url) for cell, name in zip(row.cells, names, strict=True))
        context = {"url": mark("url"), "name": mark("name"), "cells": mark("cells"), "in_review": in_review}
        values = {"url": url, "name": row.topic.short_name, "cells": SafeString(cells)}
        rows.append(pattern.fill((in_review,), lambda context=context: context, values))
    return SafeString("".join(rows))


def _cell(pattern: Pattern, cell: MemberProgress, name: str, topic_url: str) -> SafeString:
    """A cell: a link to the member's submission, or to the topic if they have begun it."""
    mine, hides_reading = cell.column.mine, cell.column.membership.hides_reading
    url = address("submission", cell.submission) if cell.submission else topic_url
    return pattern.fill(
        (mine, hides_reading, cell.steps, cell.review_outcome),
        lambda: {
            "column": {"mine": mine, "hides_reading": hides_reading, "name": mark("name")},
            "cell": cell,
            "url": mark("url"),
        },
        {"name": name, "url": url},
    )
