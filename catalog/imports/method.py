"""Imports the method of a list, the steps and prompts of the file's "How to use" page."""

from collections.abc import Iterator

from django.utils import timezone

from catalog.lists.reading_list import ReadingList
from catalog.markdown.nodes import Document
from catalog.outline.method import MethodStep, Prompt


def import_method(reading_list: ReadingList, document: Document) -> bool:
    """Replace the list's steps, and its prompts, if the file's differ from those of the last import. Returns whether
    either did."""
    said = {"steps": document.steps, "prompts": document.prompts}
    before = reading_list.last_imported_method
    if before == said:
        return False
    if before.get("steps") != said["steps"]:
        _import_steps(reading_list, document.steps)
    if before.get("prompts") != said["prompts"]:
        _import_prompts(reading_list, document.prompts)
    reading_list.last_imported_method = said
    reading_list.save(update_fields=["last_imported_method"])
    return True


def method_differences(reading_list: ReadingList, document: Document) -> Iterator[tuple[str, list[str], list[str]]]:
    """What `import_method` would change: the name ("steps" or "prompts"), the list's texts and the file's texts."""
    read = reading_list.last_imported_method
    has = {"steps": [], "prompts": []}
    if reading_list.pk:
        has["steps"] = [step.text for step in reading_list.steps.all()]
        has["prompts"] = [prompt.text for prompt in reading_list.prompts.not_retired().filter(is_standard=False)]
    for name, said in {"steps": document.steps, "prompts": document.prompts}.items():
        if read.get(name) != said and has[name] != said:
            yield name, has[name], said


def adds_standard_prompts(reading_list: ReadingList, document: Document) -> bool:
    """Whether the list has no prompts after `import_method`, so that the standard ones have to be added."""
    if document.prompts:
        return False
    if reading_list.pk is None:
        return True
    shown = reading_list.prompts.not_retired()
    keeps_own = reading_list.last_imported_method.get("prompts") == []
    return not (shown if keeps_own else shown.filter(is_standard=True)).exists()


def _import_steps(reading_list: ReadingList, steps: list[str]) -> None:
    for position, text in enumerate(steps, start=1):
        MethodStep.objects.update_or_create(list=reading_list, position=position, defaults={"text": text})
    reading_list.steps.filter(position__gt=len(steps)).delete()


def _import_prompts(reading_list: ReadingList, texts: list[str]) -> None:
    """Save the prompts, matching rows by text and then by position, so that rewording keeps a prompt's primary key.
    Prompts that the file no longer has are retired."""
    rows = sorted(reading_list.prompts.all(), key=lambda prompt: (prompt.retired_at is not None, prompt.position))
    found: dict[int, Prompt] = {}
    for position, text in enumerate(texts, start=1):
        if match := next((row for row in rows if row.text == text and row not in found.values()), None):
            found[position] = match
    for position in range(1, len(texts) + 1):
        shown = [row for row in rows if row.retired_at is None and row not in found.values()]
        if position not in found and (match := next((row for row in shown if row.position == position), None)):
            found[position] = match
    for position, text in enumerate(texts, start=1):
        prompt = found.get(position) or Prompt(list=reading_list)
        prompt.position, prompt.text, prompt.retired_at, prompt.is_standard = position, text, None, False
        prompt.save()
        found[position] = prompt
    kept = [prompt.pk for prompt in found.values()]
    gone = reading_list.prompts.not_retired().exclude(pk__in=kept)
    (gone if texts else gone.filter(is_standard=False)).update(retired_at=timezone.now())
