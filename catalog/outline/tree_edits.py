"""What a curator does to a list's order and labels: each act is one transaction, checked, counted and noted.

`seen` is the version of the list that the curator was looking at; StaleVersion is raised if somebody changed it since.
What the tree can't bear raises ValidationError with a sentence for the curator. Each act returns the line that it wrote
to the change log, None if there was nothing to do."""

from django.core.exceptions import ValidationError
from django.db import transaction

from catalog.lists.reading_list import ReadingList

from .change import Change
from .derived_fields import update_topics_and_roles
from .entry import Entry
from .section import Section
from .tree import HeadingTooDeep, Tree, TreeItem

LAST = 2**31 - 1  # the place of a row that is to stand last, until its list is renumbered
TOO_DEEP = "Markdown has six levels of headings, and something here would stand on a seventh."


def list_of(row: TreeItem) -> ReadingList:
    """The list that a heading or an entry stands in."""
    return row.list if isinstance(row, Section) else row.section.list


@transaction.atomic
def move_entry(entry: Entry, *, to: Section, before: Entry | None = None, seen: int | None = None, by) -> Change | None:
    """Put it on another shelf or to another place of its own one: before another entry there, or last."""
    reading_list = _lock_and_refresh(entry, seen)
    if to.list_id != reading_list.pk or (before and before.section_id != to.pk):
        raise ValidationError("That place is in another list.")
    old, place = entry.section, _list_position(Tree(reading_list), entry)
    if to != old:
        entry.section = to
        entry.clean()
        entry.save(update_fields=["section"])
    facts = _reorder(reading_list, entry, before, old, place)
    update_topics_and_roles(reading_list)
    return _record(reading_list, "moved", facts, by)


@transaction.atomic
def move_section(
    section: Section, *, to: Section | None, before: Section | None = None, seen: int | None = None, by
) -> Change | None:
    """Put it, with all below, under another heading or to another place under its own one."""
    reading_list = _lock_and_refresh(section, seen)
    if (to and to.list_id != reading_list.pk) or (before and before.parent_id != (to and to.pk)):
        raise ValidationError("That place is in another list.")
    old, place = section.parent, _list_position(Tree(reading_list), section)
    if to != old:
        section.parent = to
        section.clean()
        section.save(update_fields=["parent"])
        _check_below(section)
    facts = _reorder(reading_list, section, before, old, place)
    update_topics_and_roles(reading_list)
    return _record(reading_list, "moved", facts, by)


def move_by(row: TreeItem, offset: int, *, seen: int | None = None, by) -> Change | None:
    """Move it up (-1) or down (1) among those beside it."""
    siblings = Tree(list_of(row)).siblings(row)
    at = siblings.index(row) + offset
    if not 0 <= at < len(siblings):
        return None
    following = siblings[at] if offset < 0 else next(iter(siblings[at + 1 :]), None)
    if isinstance(row, Entry):
        return move_entry(row, to=row.section, before=following, seen=seen, by=by)
    return move_section(row, to=row.parent, before=following, seen=seen, by=by)


@transaction.atomic
def set_labels(row: TreeItem, *, role: str, kind: str = "", seen: int | None = None, by) -> Change | None:
    """Say what a heading is, and what role it or an entry has; a blank role is that of the heading above."""
    reading_list = _lock_and_refresh(row, seen)
    facts = {}
    if kind and kind != row.kind:
        facts["kind"] = [row.kind, kind]
        row.kind = kind
    name = "own_role" if isinstance(row, Entry) else "role"
    if role != getattr(row, name):
        facts["role"] = [getattr(row, name), role]
        setattr(row, name, role)
    if not facts:
        return _record(reading_list, "labelled", None, by)
    row.clean()
    row.save(update_fields=[name] if isinstance(row, Entry) else [name, "kind"])
    update_topics_and_roles(reading_list)
    return _record(reading_list, "labelled", {"row": str(row), **facts}, by)


@transaction.atomic
def retire(row: TreeItem, *, seen: int | None = None, by) -> Change | None:
    """Hide it with all below; what people did on it stays."""
    reading_list = _lock_and_refresh(row, seen)
    if row.retired_at:
        return _record(reading_list, "retired", None, by)
    row.retire()
    return _record(reading_list, "retired", {"row": str(row)}, by)


@transaction.atomic
def restore(row: TreeItem, *, seen: int | None = None, by) -> Change | None:
    """Show it again with what was retired together with it, and with the headings above it."""
    reading_list = _lock_and_refresh(row, seen)
    if row.retired_at is None:
        return _record(reading_list, "restored", None, by)
    row.restore()
    return _record(reading_list, "restored", {"row": str(row)}, by)


def renumber(reading_list: ReadingList) -> None:
    """Number the list anew and derive what hangs on its tree, after a row was added or saved at another place."""
    try:
        Tree(reading_list).save()
    except HeadingTooDeep as error:
        raise ValidationError(TOO_DEEP) from error
    update_topics_and_roles(reading_list)


def _lock_and_refresh(row: TreeItem, seen: int | None) -> ReadingList:
    """The row's list, taken for this transaction, and the row as it is now."""
    reading_list = list_of(row)
    ReadingList.objects.bump_version(reading_list.pk, seen=seen)
    row.refresh_from_db()
    return reading_list


def _record(reading_list: ReadingList, code: str, facts: dict | None, by) -> Change | None:
    if facts is None:
        # Nothing was done, so that nobody else is overtaken by it.
        transaction.set_rollback(True)
        return None
    return Change.objects.record(code, facts, by=by, list=reading_list)


def _reorder(
    reading_list: ReadingList, row: TreeItem, before: TreeItem | None, old: Section | None, place: int
) -> dict | None:
    """Order the tree; return from where to where the row went, None if it stayed."""
    tree = Tree(reading_list)
    new = row.section if isinstance(row, Entry) else row.parent
    if isinstance(row, Section) and new != old:
        tree.by_pk[row.pk].level = tree.by_pk[new.pk].level + 1 if new else 1
    tree.move(row, before)
    try:
        tree.save()
    except HeadingTooDeep as error:
        raise ValidationError(TOO_DEEP) from error
    now = _list_position(tree, row)
    if (old, place) == (new, now):
        return None
    return {"row": str(row), "from": place_of(old), "from_place": place, "to": place_of(new), "to_place": now}


def _check_below(section: Section) -> None:
    """What stands below has other headings above it now: it must bear them, too."""
    below = Section.objects.filter(pk__in=section.with_all_below()).exclude(pk=section.pk)
    for heading in below.with_headings_above():
        try:
            heading.clean()
        except ValidationError as error:
            raise ValidationError(f"“{heading}” below it would be out of place. {' '.join(error.messages)}") from error


def _list_position(tree: Tree, row: TreeItem) -> int:
    return tree.siblings(row).index(row) + 1


def place_of(heading: Section | None) -> dict | None:
    """A heading as the place of what is under it, None for the top level. Shelves are called alike, so with their
    topic."""
    if heading is None:
        return None
    is_shelf = heading.kind == Section.Kind.SHELF and heading.parent
    return {"heading": str(heading), "topic": str(heading.parent) if is_shelf else ""}
