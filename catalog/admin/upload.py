"""Admin pages for importing a file: upload it, preview the changes, then apply or discard it."""

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from catalog.imports import preview_list
from catalog.imports.apply_upload import AlreadyApplied, RetiresMostOfList, apply_upload
from catalog.imports.upload import Upload
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.limits import MAX_BYTES
from catalog.markdown.nodes import UnreadableList
from catalog.markdown.read import read
from catalog.outline.change import Change
from readlist_site.base.text import costs_cpu
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.short_text import ShortTextField

from .base import AdminPages

_AT_ONCE = 50
_PROBLEMS = 30


class UploadForm(forms.Form):
    """Uploads a file for an existing list or a new one. An unreadable file is refused with line numbers and reasons."""

    list = forms.ModelChoiceField(
        ReadingList.objects.all(),
        required=False,
        empty_label="a new list",
        help_text="What the file is to update.",
        # Otherwise browsers restore a former choice on reload.
        widget=forms.Select(attrs={"autocomplete": "off"}),
    )
    title = ShortTextField(
        max_length=200, required=False, widget=AdminTextInputWidget, help_text="Of a new list. Else it stays as it is."
    )
    slug = forms.SlugField(
        label="Name in addresses",
        max_length=60,
        required=False,
        widget=AdminTextInputWidget,
        help_text="Of a new list. Made of the title unless you give one.",
    )
    file = forms.FileField(label="Markdown file", max_length=200, help_text="UTF-8, up to 32 MB.")

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(f"This file is larger than {MAX_BYTES:,} bytes.")
        try:
            self.text = file.read().decode()
            costs_cpu(read)(self.text)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise ValidationError(f"Line {line}: this is not UTF-8.") from error
        except UnreadableList as refused:
            raise ValidationError(_problems(refused)) from refused
        return file

    def clean(self) -> dict:
        data = super().clean()
        if data.get("list") or self.errors.keys() & {"list", "title", "slug"}:
            return data
        if not data["title"]:
            self.add_error("title", "A new list needs a title.")
            return data
        data["slug"] = data["slug"] or slugify(data["title"])[:60]
        if not data["slug"]:
            self.add_error("slug", "The title makes no name for addresses. Give one, in letters and digits.")
        elif ReadingList.objects.filter(slug=data["slug"]).exists():
            self.add_error("slug", "There is a list with this name. Choose it above, or give another name.")
        return data

    def save(self, *, by) -> Upload:
        """Create the Upload, with the list's present version as `seen`."""
        data, reading_list = self.cleaned_data, self.cleaned_data["list"]
        new = {} if reading_list else {"slug": data["slug"], "title": data["title"]}
        seen = reading_list.version if reading_list else 0
        name = data["file"].name
        return Upload.objects.create(list=reading_list, name=name, text=self.text, by=by, seen=seen, **new)


class ApplyForm(forms.Form):
    """The curator's confirmation that the file may retire most of the list."""

    retire = forms.BooleanField(
        label="Yes, retire them", error_messages={"required": "Tick this box if this is the right list."}
    )


def _problems(refused: UnreadableList) -> list[str]:
    said = [f"{str(problem)[:1].upper()}{str(problem)[1:]}" for problem in refused.problems[:_PROBLEMS]]
    left = len(refused.problems) - len(said)
    return [*said, f"And {left:,} more."] if left else said


class UploadPages(AdminPages):
    """A mixin for the admin of lists that adds the import pages."""

    def get_urls(self) -> list[URLPattern]:
        pages = [
            ("upload/", self.choose_file, "upload"),
            ("upload/<key:pk>/", self.preview, "preview"),
            ("upload/<key:pk>/apply/", require_POST(self.apply), "apply"),
            ("upload/<key:pk>/discard/", require_POST(self.discard), "discard"),
        ]
        view_of = self.admin_site.admin_view
        urls = [path(route, view_of(view), name=f"catalog_readinglist_{name}") for route, view, name in pages]
        return urls + super().get_urls()

    def choose_file(self, request: HttpRequest) -> HttpResponse:
        """Show the upload form; POST stores a readable file and redirects to its preview."""
        self._uploads(request)
        form = UploadForm(
            request.POST or None, request.FILES or None, initial={"list": whole_number(request.GET.get("list"))}
        )
        if request.method == "POST" and form.is_valid():
            return redirect("admin:catalog_readinglist_preview", form.save(by=request.user).pk)
        return self.admin_page(request, "upload/bring.html", title="Bring a file", form=form)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what applying the file would change."""
        upload = get_object_or_404(self._uploads(request), pk=pk)
        if upload.applied_at:
            return self._redirect_to_list(upload)
        return self._preview(request, upload)

    def apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Import the file. Shows the preview again if the list was changed or if retiring most of it needs
        confirmation."""
        upload = get_object_or_404(self._uploads(request), pk=pk)
        form, seen = ApplyForm(request.POST), whole_number(request.POST.get("seen"))
        try:
            outcome = apply_upload(upload, by=request.user, seen=seen, allow_retiring_most=form.is_valid())
        except AlreadyApplied:
            messages.info(request, f"“{upload.name}” was applied already.")
            return self._redirect_to_list(upload)
        except RetiresMostOfList:
            return self._preview(request, upload, form=form)
        except StaleVersion:
            return self._preview(request, upload, is_stale=True)
        self.log_change(request, outcome.reading_list, f"Imported “{upload.name}”.")
        for note in outcome.notes:
            messages.warning(request, note)
        messages.success(request, f"“{upload.name}” was applied: {outcome.preview.counts}.")
        return self._redirect_to_list(upload)

    def discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete an upload that wasn't applied."""
        upload = get_object_or_404(self._uploads(request), pk=pk)
        if Upload.objects.not_applied().filter(pk=pk).delete()[0]:
            messages.success(request, f"“{upload.name}” was discarded. Nothing was changed.")
        else:
            messages.info(request, f"“{upload.name}” was applied already.")
        return self._redirect_to_list(upload)

    def _uploads(self, request: HttpRequest) -> QuerySet[Upload]:
        """All uploads. Raises PermissionDenied unless the user may change and add lists."""
        if not (self.has_change_permission(request) and self.has_add_permission(request)):
            raise PermissionDenied
        return Upload.objects.select_related("list", "by")

    def _preview(
        self, request: HttpRequest, upload: Upload, *, is_stale: bool = False, form: ApplyForm | None = None
    ) -> HttpResponse:
        reading_list = upload.target()
        preview = preview_list(read(upload.text), reading_list=reading_list)
        parts = [(part, Paginator(part.lines, _AT_ONCE).get_page(request.GET.get(part.key))) for part in preview.parts]
        changes = Change.objects.none()
        if reading_list.pk and preview.seen != upload.seen:
            changes = reading_list.changes.filter(at__gt=upload.at).select_related("by")[:5]
        return self.admin_page(
            request,
            "upload/preview.html",
            title=f"What “{upload.name}” would change",
            status=409 if is_stale else 200,
            upload=upload,
            reading_list=reading_list,
            preview=preview,
            form=form or ApplyForm(),
            parts=parts,
            is_stale=is_stale or preview.seen != upload.seen,
            changes=changes,
        )

    def _redirect_to_list(self, upload: Upload) -> HttpResponse:
        reading_list = upload.target()
        if reading_list.pk:
            return redirect("admin:catalog_readinglist_change", reading_list.pk)
        return redirect("admin:catalog_readinglist_changelist")
