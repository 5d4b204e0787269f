"""The subjects of threads: the topics and sources of the group's list, and the submissions to the group.

Forms and addresses name a subject by a key: "topic-7", "source-12", "submission-3", or "" for the group at large."""

import re

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.group import Group
from groups.reviews.submission import Submission
from readlist_site.base.languages.direction import isolated, isolated_each

ThreadSubject = Section | Source | Submission

_KEY = re.compile(r"(topic|source|submission)-([0-9]{1,18})")


def find_subject(group: Group, user, key: str | None) -> ThreadSubject | None:
    """Return the subject with this key, if the user may see it and it is in the group's list; otherwise None."""
    match = _KEY.fullmatch(key or "")
    if not match:
        return None
    found = _all(group, user, match[1])
    # The key may be of a source that has been merged into another since.
    return (found.by_id_or_merged_id(match[2]) if match[1] == "source" else found.filter(pk=match[2])).first()


def _all(group: Group, user, kind: str) -> QuerySet:
    if kind == "topic":
        return Section.objects.topics().filter(list=group.list_id)
    if kind == "source":
        return Source.objects.filter(entries__topic__list=group.list_id, entries__retired_at=None).distinct()
    visible = Submission.objects.visible_to(user).filter(group=group)
    return visible.select_related("summary__author", "summary__topic")


def key_of(thread: Model) -> str:
    """Return the key of a thread's subject."""
    for kind in ("topic", "source", "submission"):
        if pk := getattr(thread, f"{kind}_id"):
            return f"{kind}-{pk}"
    return ""


def subject_label(about: ThreadSubject) -> str:
    """Return a subject's label in a list of choices."""
    if isinstance(about, Section):
        return about.short_name
    if isinstance(about, Source):
        return about.listed_title
    author, topic = about.summary.author, about.summary.topic.short_name
    if author is None:
        return _("A former member’s summary of %(topic)s") % {"topic": isolated(topic)}
    return _("%(name)s’s summary of %(topic)s") % isolated_each({"name": author.first_name, "topic": topic})


def subject_choices(group: Group) -> list[tuple]:
    """Return the choices: the group at large, then the list's topics by tier, in the list's order."""
    headings = {each.pk: each for each in Section.objects.not_retired().filter(list=group.list_id).order_by("position")}
    choices: list[tuple] = [("", _("The group in general"))]
    for heading in headings.values():
        if heading.kind != Section.Kind.TOPIC:
            continue
        choice = (f"topic-{heading.pk}", heading.short_name)
        top = heading
        while top.parent_id in headings:
            top = headings[top.parent_id]
        if top is heading:
            choices.append(choice)
        elif choices[-1][0] == top.name:
            choices[-1][1].append(choice)
        else:
            choices.append((top.name, [choice]))
    return choices
