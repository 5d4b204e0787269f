"""Edits of a list's tree (arrange, label, retire, restore), each in one transaction that locks the list's row.

`seen` is the list's version that the curator saw; if the list was changed since, an edit raises StaleVersion. If the
result would be invalid, it raises ValidationError with a message for the curator. Each edit bumps the list's version
and returns the line that it wrote to the change log, or None, with nothing changed, if there was nothing to do."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.lists.reading_list import ReadingList

from .change import Change
from .derived_fields import update_topics_and_roles
from .entry import Entry
from .section import Section
from .tree import HeadingTooDeep, Tree, TreeItem

LAST = 2**31 - 1  # the position of a row that is to come last, until its list is renumbered
TOO_DEEP = gettext_lazy("Markdown has six levels of headings. A heading would be on a seventh.")


def list_of(row: TreeItem) -> ReadingList:
    """The list of a heading or an entry."""
    return row.list if isinstance(row, Section) else row.section.list


@transaction.atomic
def move(
    row: TreeItem, *, to: Section | None, before: TreeItem | None = None, seen: int | None = None, by
) -> Change | None:
    """Move a row, with all below it, under heading `to`, which may be its own: before another row of its kind there, or
    last. A heading may move to the top level (None), an entry may not."""
    reading_list = _lock_and_refresh(row, seen)
    above = "section" if isinstance(row, Entry) else "parent"
    if (to and to.list_id != reading_list.pk) or (before and getattr(before, above) != to):
        raise ValidationError(_("This place is in another list."))
    old, position = getattr(row, above), _list_position(Tree(reading_list), row)
    if to != old:
        setattr(row, above, to)
        row.clean()
        row.save(update_fields=[above])
        if isinstance(row, Section):
            _check_below(row)
    facts = _reorder(reading_list, row, before, old, position)
    update_topics_and_roles(reading_list)
    return _record(reading_list, "moved", facts, by)


def move_by(row: TreeItem, offset: int, *, seen: int | None = None, by) -> Change | None:
    """Move a row up (-1) or down (1) among its siblings. Returns None at the end."""
    siblings = Tree(list_of(row)).siblings(row)
    at = siblings.index(row) + offset
    if not 0 <= at < len(siblings):
        return None
    following = siblings[at] if offset < 0 else next(iter(siblings[at + 1 :]), None)
    return move(row, to=row.section if isinstance(row, Entry) else row.parent, before=following, seen=seen, by=by)


@transaction.atomic
def set_labels(row: TreeItem, *, role: str, kind: str = "", seen: int | None = None, by) -> Change | None:
    """Set a heading's kind and role, or an entry's own role. A blank `kind` leaves the kind as it is; a blank role is
    inherited from the heading above."""
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
    """Retire a row with all below it. Readings, notes and summaries stay."""
    reading_list = _lock_and_refresh(row, seen)
    if row.retired_at:
        return _record(reading_list, "retired", None, by)
    row.retire()
    return _record(reading_list, "retired", {"row": str(row)}, by)


@transaction.atomic
def restore(row: TreeItem, *, seen: int | None = None, by) -> Change | None:
    """Restore a row with the rows below that were retired together with it, and with the headings above it."""
    reading_list = _lock_and_refresh(row, seen)
    if row.retired_at is None:
        return _record(reading_list, "restored", None, by)
    row.restore()
    return _record(reading_list, "restored", {"row": str(row)}, by)


def renumber(reading_list: ReadingList) -> None:
    """Renumber the list and update the entries' topics and roles, after a row was added or saved with another position.

    Raises ValidationError if a heading would be deeper than six levels."""
    try:
        Tree(reading_list).save()
    except HeadingTooDeep as error:
        raise ValidationError(TOO_DEEP) from error
    update_topics_and_roles(reading_list)


def _lock_and_refresh(row: TreeItem, seen: int | None) -> ReadingList:
    """Bump the version of the row's list, which locks it until the transaction ends; reload the row; return the list.

    Raises StaleVersion if the list isn't at the version `seen`."""
    reading_list = list_of(row)
    ReadingList.objects.bump_version(reading_list.pk, seen=seen)
    row.refresh_from_db()
    return reading_list


def _record(reading_list: ReadingList, code: str, facts: dict | None, by) -> Change | None:
    if facts is None:
        # Nothing was changed, so the version bump is undone: it would make other curators' pages stale.
        transaction.set_rollback(True)
        return None
    return Change.objects.record(code, facts, by=by, list=reading_list)


def _reorder(
    reading_list: ReadingList, row: TreeItem, before: TreeItem | None, old: Section | None, position: int
) -> dict | None:
    """Order the tree and save it. Returns the facts of the move, or None if the row is where it was.

    Raises ValidationError if a heading would be deeper than six levels."""
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
    if (old, position) == (new, now):
        return None
    return {"row": str(row), "from": heading_ref(old), "from_place": position, "to": heading_ref(new), "to_place": now}


def _check_below(section: Section) -> None:
    """Validate the headings below, since they have other headings above them now. Raises ValidationError."""
    below = Section.objects.filter(pk__in=section.with_all_below()).exclude(pk=section.pk)
    for heading in below.with_headings_above():
        try:
            heading.clean()
        except ValidationError as error:
            facts = {"heading": heading, "reason": " ".join(error.messages)}
            raise ValidationError(_("“%(heading)s” below it doesn’t fit there. %(reason)s") % facts) from error


def _list_position(tree: Tree, row: TreeItem) -> int:
    return tree.siblings(row).index(row) + 1


def heading_ref(heading: Section | None) -> dict | None:
    """The heading's title for a change-log line, or None for the top level; with the topic for a shelf, since shelves
    of different topics share titles."""
    if heading is None:
        return None
    is_shelf = heading.kind == Section.Kind.SHELF and heading.parent
    return {"heading": str(heading), "topic": str(heading.parent) if is_shelf else ""}
