"""What an entry has from the headings above it, stored on the entry so that pages need not climb the tree."""

from catalog.lists.reading_list import ReadingList

from .entry import Entry
from .section import Section


def update_topics_and_roles(reading_list: ReadingList) -> int:
    """Set every entry's topic and role anew from the tree; say how many changed. Call it after any change to it."""
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
    """What an entry has from the headings above it, the nearest first."""
    topic = next((section for section in above if section.kind == Section.Kind.TOPIC), above[0])
    return topic, entry.own_role or next((section.role for section in above if section.role), "")


def _upwards(pk: int, sections: dict[int, Section]) -> list[Section]:
    """The heading and all those above it, from the nearest on."""
    found = []
    while pk in sections and sections[pk] not in found:
        found.append(sections[pk])
        pk = sections[pk].parent_id
    return found
