"""Undoes an applied import in one transaction, as long as nothing of the list was changed since."""

import json
from collections.abc import Iterable, Mapping

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.db.models import Model, ProtectedError
from django.utils import timezone

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.links.link_check import LinkCheck
from catalog.links.link_issue import LinkIssue
from catalog.links.link_schedule import LinkSchedule
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.outline.change import Change
from catalog.outline.entry import Entry, RelatedLink
from catalog.outline.method import MethodStep, Prompt
from catalog.outline.section import Section
from catalog.outline.usage import Usage, answered_prompts, delete_copies, relations_to, unchanged_copies
from catalog.sources.source import Source

from . import bulk_rows
from .plan import ImportPlan
from .row_change import RowChange, columns_of
from .upload import Upload

_NEW_LIST = {"preamble": "", "last_imported_method": {}, "import_base": ""}
# What the crawler notes of a source by itself, and goes with it.
_OF_CRAWLER = (LinkCheck, LinkSchedule)
_RESOLVED = ("resolved_at", "resolved_by_id", "resolution", "reason")
_DECIDED = ("state", "reason", "decided_by_id", "decided_at")
# What a list consists of.
_OF_LISTS = (Section, Entry, RelatedLink)
_OF_METHOD = {"steps": ["position", "text"], "prompts": ["id", "position", "text", "retired_at", "is_standard"]}


class CannotUndo(Exception):
    """The import can't be undone. `reason` is "later" (no longer the last import), "changed", "source" (with the
    `source`), "used" (with the `usage`), "answered" (with the `prompt`), "discussed", "followed" or "taken"; `changes`
    are those of the list since."""

    def __init__(
        self,
        reason: str,
        *,
        changes: Iterable[Change] = (),
        usage=None,
        source: Source | None = None,
        prompt: Prompt | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason, self.changes, self.usage = reason, list(changes), usage or {}
        self.source, self.prompt = source, prompt


class UndoRecord(models.Model):
    """What the last import of a list changed, for undoing it. `before` is JSON of the values before, `made` has the
    primary keys of new rows, `method` the steps and prompts after it; `version` and `last_change`
    are those of the list after it."""

    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="undo_record")
    version = models.PositiveIntegerField()
    before = models.TextField()
    made = models.JSONField()
    method = models.JSONField()
    last_change = models.PositiveBigIntegerField(help_text="The last line of the change log after it.")

    def __str__(self) -> str:
        return str(self.upload)


class Recorder:
    """Records one import. Make it before the import's transaction, and call `save` at its end."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        self._before = ""
        self._method: dict = {}

    def prepare(self, plan: ImportPlan) -> None:
        """Keep the values of all that the plan changes. Call it before anything is written."""
        rows = {"sections": plan.sections, "entries": plan.entries}
        before = {name: dict(map(_values_before, filter(_is_changed, items))) for name, items in rows.items()}
        changed = [item.row.pk for item in plan.entries if not item.is_new and _links_change(item)]
        related = RelatedLink.objects.filter(entry__in=changed).values_list("entry", "position", "title", "url")
        before |= {
            "sources": {source.pk: values for source, values in plan.links.differences.items()},
            "related": {"of": changed, "links": [list(link) for link in related]},
            "list": {name: getattr(plan.list, name) if plan.list.pk else _NEW_LIST[name] for name in _NEW_LIST},
            "problems": _problems_with_links(plan),
        }
        self._before = _json(before)

    def lock(self, reading_list: ReadingList) -> None:
        """Keep the list's method. Call it in the transaction, before the method is written."""
        self._method = _method_of(reading_list)

    def save(self, plan: ImportPlan) -> None:
        """Write the record instead of that of the list's import before."""
        made = {
            "sections": [item.row.pk for item in plan.sections if item.is_new],
            "entries": [item.row.pk for item in plan.entries if item.is_new],
            "sources": [source.pk for source in plan.links.new],
            "copies": {old.pk: plan.links.of_key(key).pk for key, old in plan.links.copied.items()},
            "method": self._method,
        }
        UndoRecord.objects.filter(upload__list=plan.list).delete()
        version = ReadingList.objects.values_list("version", flat=True).get(pk=plan.list.pk)
        last = plan.list.changes.aggregate(models.Max("pk"))["pk__max"]
        UndoRecord.objects.create(
            upload=self.upload,
            version=version,
            before=self._before,
            made=made,
            method=_method_of(plan.list),
            last_change=last or 0,
        )


def undo_import(upload: Upload, *, by) -> None:
    """Restore what the import changed and delete what it added, in one transaction that locks the list; new sources
    that others use by now stay.

    Raises CannotUndo, and then changes nothing."""
    record = UndoRecord.objects.filter(upload=upload).first()
    if record is None or upload.list is None:
        raise CannotUndo("later")
    try:
        with transaction.atomic():
            _lock(record, upload.list)
            _check_rows(record, upload.list)
            delete_copies(_copies(record))
            _undo(record, upload.list)
            record.delete()
            Upload.objects.filter(pk=upload.pk).update(undone_at=timezone.now())
            Change.objects.record("import_undone", {"name": upload.name}, by=by, list=upload.list)
    except ProtectedError as error:
        raise CannotUndo("discussed") from error
    except IntegrityError as error:
        raise CannotUndo("taken") from error


def check_undo(upload: Upload) -> None:
    """Raise CannotUndo if the import can't be undone at the moment. Writes nothing."""
    record = UndoRecord.objects.filter(upload=upload).first()
    if record is None or upload.list is None:
        raise CannotUndo("later")
    if upload.list.version != record.version:
        raise CannotUndo("changed", changes=_changes_since(record, upload.list))
    _check_rows(record, upload.list)


def _lock(record: UndoRecord, reading_list: ReadingList) -> None:
    """Lock the list by raising its version. Raises CannotUndo if it was changed since."""
    try:
        ReadingList.objects.bump_version(reading_list.pk, seen=record.version)
    except StaleVersion as error:
        raise CannotUndo("changed", changes=_changes_since(record, reading_list)) from error


def _changes_since(record: UndoRecord, reading_list: ReadingList) -> models.QuerySet[Change]:
    return reading_list.changes.filter(pk__gt=record.last_change).select_related("by")[:5]


def _check_rows(record: UndoRecord, reading_list: ReadingList) -> None:
    """Raise CannotUndo if method or sources were changed since, or if anything of others rests on what is new."""
    if _plain(_method_of(reading_list)) != _plain(record.method):
        raise CannotUndo("changed", changes=_changes_since(record, reading_list))
    before = json.loads(record.before)["sources"]
    for source in Source.objects.filter(pk__in=before):
        for name, (_was, now) in before[str(source.pk)].items():
            if _plain(getattr(source, name)) != now:
                raise CannotUndo("source", source=source)
    issues = json.loads(record.before).get("problems", {}).get("issues", {})
    again = LinkIssue.objects.open().filter(source__link_issues__in=issues).select_related("source").first()
    if again:
        raise CannotUndo("source", source=again.source)
    made = record.made
    topics = list(Section.objects.filter(pk__in=made["sections"]).only("pk"))
    sources = list(Source.objects.filter(pk__in=made["sources"]).only("pk"))
    usage = Usage([*topics, *sources], ignored=unchanged_copies(_copies(record)))
    if used := usage.of(*topics, *sources):
        raise CannotUndo("used", usage=used)
    kept = {prompt["id"] for prompt in made["method"]["prompts"]}
    if answered := answered_prompts({prompt["id"] for prompt in record.method["prompts"]} - kept):
        raise CannotUndo("answered", prompt=Prompt.objects.get(pk=min(answered)))
    if Suggestion.objects.filter(topic__in=made["sections"]).exists():
        raise CannotUndo("discussed")
    for model in (Section, Entry):
        for relation in relations_to(model):
            new = made["sections" if model is Section else "entries"]
            pointing = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": new})
            if relation.related_model not in _OF_LISTS and pointing.exists():
                raise CannotUndo("discussed" if relation.related_model in (Suggestion, Report) else "followed")


def _undo(record: UndoRecord, reading_list: ReadingList) -> None:
    before, made = json.loads(record.before), record.made
    _restore(Section, before["sections"])
    _restore(Entry, before["entries"])
    _restore(Source, {pk: {name: was for name, (was, _) in each.items()} for pk, each in before["sources"].items()})
    for model, name in ((LinkIssue, "issues"), (Report, "reports")):
        _restore(model, before.get("problems", {}).get(name, {}))
    related = before["related"]
    RelatedLink.objects.filter(entry__in=[*related["of"], *made["entries"]]).delete()
    bulk_rows.insert(
        [
            RelatedLink(entry_id=entry, position=position, title=title, url=url)
            for entry, position, title, url in related["links"]
        ]
    )
    Entry.objects.filter(pk__in=made["entries"]).delete()
    Section.objects.filter(pk__in=made["sections"]).delete()
    _delete_unused(made["sources"])
    ReadingList.objects.filter(pk=reading_list.pk).update(**before["list"])
    _restore_method(reading_list, made["method"])


def _delete_unused(sources: list[int]) -> None:
    """Delete those of the new sources that nothing points at but what the crawler has noted."""
    unused = Source.objects.filter(pk__in=sources)
    for relation in relations_to(Source):
        if relation.related_model not in _OF_CRAWLER:
            pointing = relation.related_model._base_manager.filter(**{relation.field.name: models.OuterRef("pk")})
            if relation.related_model is LinkIssue:
                pointing = pointing.filter(models.Q(kind=LinkIssue.Kind.REPORTED) | models.Q(resolved_by__isnull=False))
            unused = unused.exclude(models.Exists(pointing))
    unused.delete()


def _copies(record: UndoRecord) -> dict[int, int]:
    """The sources whose notes the import copied, with those that have the copies."""
    return {int(old): new for old, new in record.made.get("copies", {}).items()}


def _problems_with_links(plan: ImportPlan) -> dict[str, dict]:
    """The open problems and reports of the links that the plan changes, which closes them."""
    changed = [source.pk for source, columns in plan.links.changed.items() if "canonical_url" in columns]
    issues = LinkIssue.objects.open().filter(source__in=changed)
    reports = Report.objects.open().of_link().filter(source__in=changed)
    return {
        "issues": {row.pk: {name: columns_of(row)[name] for name in _RESOLVED} for row in issues},
        "reports": {row.pk: {name: columns_of(row)[name] for name in _DECIDED} for row in reports},
    }


def _restore(model: type[Model], before: Mapping[str, Mapping]) -> None:
    """Set these columns of these rows."""
    columns = {column.attname: column for column in model._meta.concrete_fields}
    names = {name for values in before.values() for name in values} | ({"renderer"} & columns.keys())
    rows = list(model._base_manager.filter(pk__in=before))
    for row in rows:
        values = before[str(row.pk)]
        if "renderer" in columns and "renderer" not in values:
            values = {**values, "renderer": 0}  # as records of before have it: so the HTML is made anew
        for name, value in values.items():
            setattr(row, name, columns[name].to_python(value) if not columns[name].is_relation else value)
    if rows and names:
        bulk_rows.update(rows, names)


def _restore_method(reading_list: ReadingList, method: Mapping[str, list]) -> None:
    reading_list.steps.all().delete()
    MethodStep.objects.bulk_create(MethodStep(list=reading_list, **step) for step in method["steps"])
    kept = {prompt["id"]: prompt for prompt in method["prompts"]}
    reading_list.prompts.exclude(pk__in=kept).delete()
    _restore(
        Prompt, {str(pk): {name: prompt[name] for name in _OF_METHOD["prompts"][1:]} for pk, prompt in kept.items()}
    )


def _method_of(reading_list: ReadingList) -> dict[str, list]:
    found = {
        name: list(getattr(reading_list, name).order_by("position", "pk").values(*columns))
        for name, columns in _OF_METHOD.items()
    }
    return _plain(found)


def _is_changed(item: RowChange) -> bool:
    return not item.is_new and bool(item.changed_columns or item.above is not item.was_above or item.node)


def _values_before(item: RowChange) -> tuple[int, dict]:
    """The columns that the import may write. Foreign keys of rows under new headings aren't known before."""
    links = {"parent_id"} if isinstance(item.row, Section) else {"section_id", "topic_id", "source_id"}
    names = {*item.changed_columns, "last_imported", "renderer"} | links
    return item.row.pk, {name: item.was[name] for name in names}


def _links_change(item: RowChange) -> bool:
    return not {"why", "url"}.isdisjoint(item.changed_columns)


def _json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)


def _plain(value: object):
    """The value as JSON would give it back."""
    return json.loads(_json(value))
