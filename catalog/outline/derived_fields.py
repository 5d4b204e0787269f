"""The topic and role that an entry gets from the headings above it, stored on the entry to save queries."""

from catalog.lists.reading_list import ReadingList

from .entry import Entry
from .section import Section


def update_topics_and_roles(reading_list: ReadingList) -> int:
    """Recompute topic and role of all the list's entries and save those that differ. Returns their number. Call it
    after every change of the tree."""
    sections = {section.pk: section for section in reading_list.sections.defer("body", "body_html", "source_text")}
    changed = []
    for entry in Entry.objects.filter(section__list=reading_list).only("section_id", "topic_id", "own_role", "role"):
        above = list(_upwards(entry.section_id, sections))
        topic, role = topic_and_role(entry, above)
        if (entry.topic_id, entry.role) != (topic.pk, role):
            entry.topic_id, entry.role = topic.pk, role
            changed.append(entry)
    Entry.objects.bulk_update(changed, ["topic", "role"], batch_size=100)
    return len(changed)


def topic_and_role(entry: Entry, above: list[Section]) -> tuple[Section, str]:
    """The topic and role of an entry; `above` are the headings above it, nearest first."""
    topic = next((section for section in above if section.kind == Section.Kind.TOPIC), above[0])
    return topic, entry.own_role or next((section.role for section in above if section.role), "")


def _upwards(pk: int, sections: dict[int, Section]) -> list[Section]:
    """The heading with this primary key and all headings above it, nearest first. Stops at a cycle."""
    found = []
    while pk in sections and sections[pk] not in found:
        found.append(sections[pk])
        pk = sections[pk].parent_id
    return found
