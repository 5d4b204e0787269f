"""What a curator does to a list's order and labels: each act is one transaction, checked, counted and noted.

`seen` is the version of the list that the curator was looking at; Overtaken is raised if somebody changed it since.
What the tree can't bear raises ValidationError with a sentence for the curator. Each act returns the line that it wrote
to the change log, None if there was nothing to do."""

from django.core.exceptions import ValidationError
from django.db import transaction

from .derived import derive_entries
from .models import Change, Entry, ReadingList, Section
from .tree import Row, TooDeep, Tree

LAST = 2**31 - 1  # the place of a row that is to stand last, until its list is settled
TOO_DEEP = "Markdown has six levels of headings, and something here would stand on a seventh."


def list_of(row: Row) -> ReadingList:
    """The list that a heading or an entry stands in."""
    return row.list if isinstance(row, Section) else row.section.list


@transaction.atomic
def move_entry(entry: Entry, *, to: Section, before: Entry | None = None, seen: int | None = None, by) -> Change | None:
    """Put it on another shelf or to another place of its own one: before another entry there, or last."""
    reading_list = _begin(entry, seen)
    if to.list_id != reading_list.pk or (before and before.section_id != to.pk):
        raise ValidationError("That place is in another list.")
    old, place = entry.section, _place(Tree(reading_list), entry)
    if to != old:
        entry.section = to
        entry.clean()
        entry.save(update_fields=["section"])
    facts = _put(reading_list, entry, before, old, place)
    derive_entries(reading_list)
    return _end(reading_list, "moved", facts, by)


@transaction.atomic
def move_section(
    section: Section, *, to: Section | None, before: Section | None = None, seen: int | None = None, by
) -> Change | None:
    """Put it, with all below, under another heading or to another place under its own one."""
    reading_list = _begin(section, seen)
    if (to and to.list_id != reading_list.pk) or (before and before.parent_id != (to and to.pk)):
        raise ValidationError("That place is in another list.")
    old, place = section.parent, _place(Tree(reading_list), section)
    if to != old:
        section.parent = to
        section.clean()
        section.save(update_fields=["parent"])
        _check_below(section)
    facts = _put(reading_list, section, before, old, place)
    derive_entries(reading_list)
    return _end(reading_list, "moved", facts, by)


def step(row: Row, by_places: int, *, seen: int | None = None, by) -> Change | None:
    """Move it up (-1) or down (1) among those beside it."""
    beside = Tree(list_of(row)).beside(row)
    at = beside.index(row) + by_places
    if not 0 <= at < len(beside):
        return None
    following = beside[at] if by_places < 0 else next(iter(beside[at + 1 :]), None)
    if isinstance(row, Entry):
        return move_entry(row, to=row.section, before=following, seen=seen, by=by)
    return move_section(row, to=row.parent, before=following, seen=seen, by=by)


@transaction.atomic
def label(row: Row, *, role: str, kind: str = "", seen: int | None = None, by) -> Change | None:
    """Say what a heading is, and what role it or an entry has; a blank role is that of the heading above."""
    reading_list = _begin(row, seen)
    facts = {}
    if kind and kind != row.kind:
        facts["kind"] = [row.kind, kind]
        row.kind = kind
    name = "own_role" if isinstance(row, Entry) else "role"
    if role != getattr(row, name):
        facts["role"] = [getattr(row, name), role]
        setattr(row, name, role)
    if not facts:
        return _end(reading_list, "labelled", None, by)
    row.clean()
    row.save(update_fields=[name] if isinstance(row, Entry) else [name, "kind"])
    derive_entries(reading_list)
    return _end(reading_list, "labelled", {"row": str(row), **facts}, by)


@transaction.atomic
def retire(row: Row, *, seen: int | None = None, by) -> Change | None:
    """Hide it with all below; what people did on it stays."""
    reading_list = _begin(row, seen)
    if row.retired_at:
        return _end(reading_list, "retired", None, by)
    row.retire()
    return _end(reading_list, "retired", {"row": str(row)}, by)


@transaction.atomic
def bring_back(row: Row, *, seen: int | None = None, by) -> Change | None:
    """Show it again with what was retired together with it, and with the headings above it."""
    reading_list = _begin(row, seen)
    if row.retired_at is None:
        return _end(reading_list, "restored", None, by)
    row.restore()
    return _end(reading_list, "restored", {"row": str(row)}, by)


def settle(reading_list: ReadingList) -> None:
    """Number the list anew and derive what hangs on its tree, after a row was added or saved at another place."""
    try:
        Tree(reading_list).save()
    except TooDeep as error:
        raise ValidationError(TOO_DEEP) from error
    derive_entries(reading_list)


def _begin(row: Row, seen: int | None) -> ReadingList:
    """The row's list, taken for this transaction, and the row as it is now."""
    reading_list = list_of(row)
    ReadingList.objects.touch(reading_list.pk, seen=seen)
    row.refresh_from_db()
    return reading_list


def _end(reading_list: ReadingList, code: str, facts: dict | None, by) -> Change | None:
    if facts is None:
        # Nothing was done, so that nobody else is overtaken by it.
        transaction.set_rollback(True)
        return None
    return Change.objects.note(code, facts, by=by, list=reading_list)


def _put(reading_list: ReadingList, row: Row, before: Row | None, old: Section | None, place: int) -> dict | None:
    """Order the tree; return from where to where the row went, None if it stayed."""
    tree = Tree(reading_list)
    new = row.section if isinstance(row, Entry) else row.parent
    if isinstance(row, Section) and new != old:
        tree.by_pk[row.pk].level = tree.by_pk[new.pk].level + 1 if new else 1
    tree.put(row, before)
    try:
        tree.save()
    except TooDeep as error:
        raise ValidationError(TOO_DEEP) from error
    now = _place(tree, row)
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


def _place(tree: Tree, row: Row) -> int:
    return tree.beside(row).index(row) + 1


def place_of(heading: Section | None) -> dict | None:
    """A heading as the place of what is under it, None for the top level. Shelves are called alike, so with their
    topic."""
    if heading is None:
        return None
    is_shelf = heading.kind == Section.Kind.SHELF and heading.parent
    return {"heading": str(heading), "topic": str(heading.parent) if is_shelf else ""}
