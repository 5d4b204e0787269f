"""The admin page "Arrange": a list as a tree whose rows can be moved, labelled, retired and restored."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog.curation.change_text import change_text
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.outline import tree_edits
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.retire_impact import RetireImpact, retire_impact
from catalog.outline.section import Section
from catalog.outline.tree import Tree, TreeItem
from catalog.sources.source_role import Role
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.pagination import whole_number

from .base import AdminPages

ACTS = ["up", "down", "move", "label", "retire", "retire_it", "restore"]
MAX_ROWS = 400  # of a list that is shown as a whole
KINDS = {"entry": Entry, "section": Section}


class RowField(forms.CharField):
    """A heading or an entry of the list, submitted as "section-12" or "entry-12"."""

    def __init__(self, reading_list: ReadingList, *kinds: str, **options) -> None:
        super().__init__(error_messages={"required": _("Choose a heading.")}, **options)
        self.list, self.kinds = reading_list, kinds

    def to_python(self, value: str | None) -> TreeItem | None:
        kind, _dash, number = (value or "").partition("-")
        if not value:
            return None
        pk = whole_number(number) if kind in self.kinds else None
        of_list = {"list" if kind == "section" else "section__list": self.list}
        row = KINDS[kind].objects.filter(pk=pk, **of_list).first() if pk is not None else None
        if row is None:
            raise ValidationError(_("This is no longer in the list."))
        return row

    def run_validators(self, value: TreeItem | None) -> None:
        """Skip CharField's validators, which expect a string."""


class ArrangeForm(forms.Form):
    """One edit of one row. A blank `to` means the top level, a blank `before` the end."""

    do = forms.ChoiceField(choices=[(name, name) for name in ACTS])
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    kind = forms.ChoiceField(choices=Section.Kind.choices, required=False)
    role = forms.ChoiceField(choices=[("", ""), *Role.choices], required=False)

    def __init__(self, reading_list: ReadingList, data) -> None:
        super().__init__(data)
        self.fields["row"] = RowField(reading_list, "section", "entry")
        self.fields["to"] = RowField(reading_list, "section", required=False)
        self.fields["before"] = RowField(reading_list, "section", "entry", required=False)

    def clean(self) -> dict:
        data = super().clean()
        row, before = data.get("row"), data.get("before")
        if before is not None and type(before) is not type(row):
            self.add_error("before", _("Headings and entries are ordered separately."))
        if data.get("do") == "move" and isinstance(row, Entry) and data.get("to") is None:
            self.add_error("to", _("An entry must be under a heading."))
        return data

    def retire_impact(self) -> RetireImpact | None:
        """What "retire" would hide besides the row itself, else None. "retire_it" is "retire" with the curator's
        confirmation."""
        row = self.cleaned_data["row"]
        return retire_impact(row) if self.cleaned_data["do"] == "retire" and row.retired_at is None else None

    def apply(self, *, by) -> str:
        """Carry out the edit and return a message. Raises ValidationError and StaleVersion."""
        data = self.cleaned_data
        row, options = data["row"], {"seen": data["seen"], "by": by}
        same = _("“%(row)s” was not changed")
        match data["do"]:
            case "up":
                change = tree_edits.move_by(row, -1, **options)
                same = _("“%(row)s” is already the first there. To move it elsewhere, choose “Move to…” under “More”")
            case "down":
                change = tree_edits.move_by(row, 1, **options)
                same = _("“%(row)s” is already the last there. To move it elsewhere, choose “Move to…” under “More”")
            case "move":
                change = tree_edits.move(row, to=data["to"], before=data["before"], **options)
                same = _("“%(row)s” is already there")
            case "label":
                kind = data["kind"] if isinstance(row, Section) else ""
                change = tree_edits.set_labels(row, role=data["role"], kind=kind, **options)
            case "retire" | "retire_it":
                change = tree_edits.retire(row, **options)
            case _:
                change = tree_edits.restore(row, **options)
        return change_text(change) or same % {"row": row}


class TreePages(AdminPages):
    """A mixin for the admin of lists that adds the page "Arrange" and the page to choose another place."""

    def get_urls(self) -> list:
        views = [
            path("<key:pk>/tree/", self.admin_site.admin_view(self.tree), name="catalog_readinglist_tree"),
            path("<key:pk>/tree/<str:row>/", self.admin_site.admin_view(self.place), name="catalog_readinglist_place"),
        ]
        return views + super().get_urls()

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def tree(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the whole tree; POST carries out one edit."""
        reading_list = self.list_to_arrange(request, pk)
        if request.method != "POST":
            return self._page(request, reading_list)
        form = ArrangeForm(reading_list, request.POST)
        try:
            if not form.is_valid():
                raise ValidationError([error for errors in form.errors.values() for error in errors])
            if impact := form.retire_impact():
                return self._ask(request, reading_list, form.cleaned_data["row"], impact)
            message = form.apply(by=request.user)
        except StaleVersion:
            message = stale_message(Change.objects.filter(list=reading_list).select_related("by").first())
            return self._page(request, reading_list, warned=message, status=409)
        except ValidationError as error:
            return self._refuse(request, reading_list, " ".join(error.messages))
        row = form.cleaned_data["row"]
        if wants_partial(request) and form.cleaned_data["do"] == "restore":
            # The headings above it may have been restored, too.
            return self._page(request, reading_list, message=message)
        if wants_partial(request):
            return self._row(request, reading_list, row, message)
        messages.success(request, f"{message}.")
        address = reverse("admin:catalog_readinglist_tree", args=[reading_list.pk])
        # No fragment, because with one browsers ignore autofocus.
        return HttpResponseRedirect(f"{address}?at={row_id(row)}")

    @method_decorator(require_safe)
    def place(self, request: HttpRequest, pk: int, row: str) -> HttpResponse:
        """Show the headings that the row can be moved under."""
        reading_list = self.list_to_arrange(request, pk)
        try:
            found = RowField(reading_list, "section", "entry").clean(row)
        except ValidationError:
            found = None
        if found is None:
            return self._page(request, reading_list, warned=_("This is no longer in the list."), status=404)
        tree = Tree(reading_list)
        now = tree.by_pk.get(found.section_id if isinstance(found, Entry) else found.parent_id)
        return self.admin_page(
            request,
            "tree/place.html",
            title=_("Move “%(row)s”") % {"row": isolated(found)},
            list=reading_list,
            row=found,
            key=row_id(found),
            is_entry=isinstance(found, Entry),
            now=now,
            places=[branch for branch in tree.walk() if can_move_under(found, branch)],
        )

    def list_to_arrange(self, request: HttpRequest, pk: int) -> ReadingList:
        """The list with this primary key. Raises Http404, and PermissionDenied unless the user may change lists,
        headings and entries."""
        if not (self.has_change_permission(request) and request.user.has_perm("catalog.change_section")):
            raise PermissionDenied
        if not request.user.has_perm("catalog.change_entry"):
            raise PermissionDenied
        return get_object_or_404(ReadingList, pk=pk)

    def _page(self, request: HttpRequest, reading_list: ReadingList, *, status: int = 200, **context) -> HttpResponse:
        reading_list.refresh_from_db(fields=["version"])
        tree = Tree(reading_list)
        at = next(filter(None, map(context.get, ("asked_row", "refused_row", "at"))), request.GET.get("at", ""))
        page = {
            "title": _("Arrange “%(list)s”") % {"list": isolated(reading_list)},
            "list": reading_list,
            "tree": tree,
            "folded": _folded(tree, {at, request.GET.get("open", "")}),
            "open": request.GET.get("open", ""),
            "at": request.GET.get("at", ""),
            "kinds": Section.Kind.choices,
            "roles": Role.choices,
            **context,
        }
        name = "tree/page.html#tree" if wants_partial(request) else "tree/page.html"
        return self.admin_page(request, name, status=status, **page)

    def _refuse(self, request: HttpRequest, reading_list: ReadingList, message: str) -> HttpResponse:
        """Respond with status 422 and the reason beside the row that was to be changed."""
        if wants_partial(request):
            return TemplateResponse(request, "admin/catalog/tree/refused.html", {"message": message}, status=422)
        row = request.POST.get("row", "")
        return self._page(request, reading_list, status=422, at=row, refused_row=row, refused=message)

    def _ask(
        self, request: HttpRequest, reading_list: ReadingList, row: TreeItem, impact: RetireImpact
    ) -> HttpResponse:
        """Ask for confirmation at the row, saying what would be hidden with it."""
        if wants_partial(request):
            context = {"list": reading_list, "row": row, "id": row_id(row), "impact": impact}
            return TemplateResponse(request, "admin/catalog/tree/asked.html", context)
        return self._page(request, reading_list, asked_row=row_id(row), impact=impact)

    def _row(self, request: HttpRequest, reading_list: ReadingList, row: TreeItem, message: str) -> HttpResponse:
        """The changed row for htmx, with its new place."""
        reading_list.refresh_from_db(fields=["version"])
        tree = Tree(reading_list)
        siblings = tree.siblings(row)
        after = siblings[siblings.index(row) + 1 :]
        context = {
            "list": reading_list,
            "message": message,
            "under": row.section_id if isinstance(row, Entry) else row.parent_id,
            "before": row_id(after[0]) if after else "",
            "branch": tree.by_pk[row.section_id if isinstance(row, Entry) else row.pk],
            "entry": next((entry for entry in siblings if entry == row), None) if isinstance(row, Entry) else None,
            "kinds": Section.Kind.choices,
            "roles": Role.choices,
        }
        return TemplateResponse(request, "admin/catalog/tree/moved.html", context)


def _folded(tree: Tree, shown: set[str]) -> set[int]:
    """The primary keys of the headings whose entries aren't shown: in a long list all but those of the rows `shown`, by
    the row's id."""
    branches = list(tree.walk())
    if sum(1 + len(branch.entries) for branch in branches) <= MAX_ROWS:
        return set()
    return {
        branch.section.pk
        for branch in branches
        if branch.entries and shown.isdisjoint({row_id(branch.section), *map(row_id, branch.entries)})
    }


def row_id(row: TreeItem) -> str:
    """The id of a row on the page and its value in forms: "section-12"."""
    return f"{row._meta.model_name}-{row.pk}"


def can_move_under(row: TreeItem, branch) -> bool:
    """Whether the heading of this branch can be offered as a new parent: the kinds fit, and it isn't below the row."""
    chain = []
    at = branch
    while at is not None:
        chain.append(at.section)
        at = at.above
    kind = branch.section.kind
    if isinstance(row, Entry):
        return kind in {Section.Kind.TOPIC, Section.Kind.SHELF}
    if row in chain:
        return False
    below_topic = any(section.kind == Section.Kind.TOPIC for section in chain)
    return row.kind == Section.Kind.PAGE or below_topic == (row.kind == Section.Kind.SHELF)


def stale_message(last: Change | None) -> str:
    """The message for a curator who saw an older version of the list."""
    facts = {"curator": last.by if last else "", "change": change_text(last)}
    if last is None:
        return _("This list was changed after you opened it, so nothing was done. Below is the present list.")
    if last.by is None:
        return (
            _(
                "This list was changed after you opened it, so nothing was done. The latest change: %(change)s. "
                "Below is the present list."
            )
            % facts
        )
    return (
        _(
            "%(curator)s changed this list after you opened it, so nothing was done. The latest change: %(change)s. "
            "Below is the present list."
        )
        % facts
    )
