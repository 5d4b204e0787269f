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
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.curation.change_text import import_counts
from catalog.imports.stored_preview import StoredPreview
from catalog.imports.upload import Upload
from catalog.imports.upload_jobs import StillReading, start_applying, start_reading
from catalog.lists.reading_list import ReadingList
from catalog.markdown.limits import MAX_BYTES
from catalog.outline.change import Change
from readlist_site.base.jobs.views import answer_poll
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.short_text import ShortTextField

from .base import AdminPages

_AT_ONCE = 50


class UploadForm(forms.Form):
    """Uploads a file for an existing list or a new one. Whether it is a list is found out by a job."""

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
    file = forms.FileField(label="Markdown file", max_length=200, help_text="UTF-8, up to 4 MB.")

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(
                f"This file has {file.size / 1e6:.1f} MB. A list is at most {MAX_BYTES // 1_000_000} MB: divide it."
            )
        try:
            self.text = file.read().decode()
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise ValidationError(f"Line {line}: this is not UTF-8.") from error
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


class UploadPages(AdminPages):
    """A mixin for the admin of lists that adds the import pages."""

    def get_urls(self) -> list[URLPattern]:
        pages = [
            ("upload/", self.choose_file, "upload"),
            ("upload/<key:pk>/", self.preview, "preview"),
            ("upload/<key:pk>/read/", require_POST(self.read), "read"),
            ("upload/<key:pk>/cancel/", require_POST(self.cancel), "cancel"),
            ("upload/<key:pk>/apply/", require_POST(self.apply), "apply"),
            ("upload/<key:pk>/discard/", require_POST(self.discard), "discard"),
        ]
        view_of = self.admin_site.admin_view
        urls = [path(route, view_of(view), name=f"catalog_readinglist_{name}") for route, view, name in pages]
        return urls + super().get_urls()

    def choose_file(self, request: HttpRequest) -> HttpResponse:
        """Show the upload form; POST stores a file, has it read, and redirects to its page."""
        self._uploads(request)
        form = UploadForm(
            request.POST or None, request.FILES or None, initial={"list": whole_number(request.GET.get("list"))}
        )
        if request.method == "POST" and form.is_valid():
            upload = form.save(by=request.user)
            start_reading(upload, by=request.user)
            return redirect("admin:catalog_readinglist_preview", upload.pk)
        return self.admin_page(request, "upload/bring.html", title="Bring a file", form=form)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show how far the file is read or applied; then what applying it would change, or why it can't be read."""
        upload = get_object_or_404(self._uploads(request), pk=pk)
        job = upload.job
        if job and wants_partial(request):
            return answer_poll(request, job, cancel_url=reverse("admin:catalog_readinglist_cancel", args=[pk]))
        if job is None or not job.is_finished:
            return self._progress(request, upload)
        if upload.applied_at:
            return self._applied(request, upload)
        if job.error == "unreadable":
            return self._refused(request, upload)
        if job.result and "preview" in job.result:
            return self._preview(request, upload)
        return self._progress(request, upload)

    def read(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have the file read again: its list was changed, or reading it was cancelled."""
        upload = get_object_or_404(self._uploads(request).not_applied(), pk=pk)
        start_reading(upload, by=request.user)
        return redirect("admin:catalog_readinglist_preview", pk)

    def apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have the file imported. Its page shows the preview again if the list was changed, or if retiring most of it
        needs confirmation; while the file is being read, it says so."""
        upload = get_object_or_404(self._uploads(request), pk=pk)
        seen = whole_number(request.POST.get("seen"))
        try:
            if not upload.applied_at:
                start_applying(
                    upload,
                    by=request.user,
                    seen=upload.seen if seen is None else seen,
                    allow_retiring_most=ApplyForm(request.POST).is_valid(),
                )
        except StillReading:
            messages.warning(request, _("This file is still being read. Apply it once you see what it would change."))
        return redirect("admin:catalog_readinglist_preview", pk)

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel reading or applying. Applying is all or nothing: it is done, or nothing is changed."""
        upload = get_object_or_404(self._uploads(request), pk=pk)
        if upload.job:
            upload.job.cancel()
        return redirect("admin:catalog_readinglist_preview", pk)

    def discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete an upload that wasn't applied."""
        upload = get_object_or_404(self._uploads(request), pk=pk)
        if upload.job:
            upload.job.cancel()
        if Upload.objects.not_applied().filter(pk=pk).delete()[0]:
            messages.success(request, f"“{upload.name}” was discarded. Nothing was changed.")
        else:
            messages.info(request, f"“{upload.name}” was applied already.")
        return self._redirect_to_list(upload)

    def _uploads(self, request: HttpRequest) -> QuerySet[Upload]:
        """All uploads. Raises PermissionDenied unless the user may change and add lists."""
        if not (self.has_change_permission(request) and self.has_add_permission(request)):
            raise PermissionDenied
        return Upload.objects.select_related("list", "by", "job")

    def _progress(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        context = {"title": f"“{upload.name}”", "upload": upload, "job": upload.job}
        context["cancel_url"] = reverse("admin:catalog_readinglist_cancel", args=[upload.pk])
        return self.admin_page(request, "upload/progress.html", **context)

    def _refused(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        """Show the form as it was sent, with why the file is no list."""
        form = UploadForm({"list": upload.list_id, "title": upload.title, "slug": upload.slug})
        form.full_clean()
        form.errors["file"] = form.error_class(upload.job.result["problems"])
        return self.admin_page(request, "upload/bring.html", title="Bring a file", form=form, upload=upload)

    def _preview(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        reading_list, refused = upload.target(), upload.job.result.get("refused")
        preview = StoredPreview(upload.job.result["preview"])
        parts = [(part, Paginator(part.lines, _AT_ONCE).get_page(request.GET.get(part.key))) for part in preview.parts]
        is_outdated = preview.seen != reading_list.version
        changes = Change.objects.none()
        if reading_list.pk and reading_list.version != upload.seen:
            changes = reading_list.changes.filter(at__gt=upload.at).select_related("by")[:5]
        return self.admin_page(
            request,
            "upload/preview.html",
            title=f"What “{upload.name}” would change",
            upload=upload,
            reading_list=reading_list,
            preview=preview,
            form=ApplyForm({} if refused == "retire" else None),
            parts=parts,
            is_stale=refused == "stale" or is_outdated or preview.seen != upload.seen,
            is_outdated=is_outdated,
            changes=changes,
        )

    def _applied(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        """Tell what was applied, at the list."""
        result = upload.job.result or {}
        for note in result.get("notes", ()):
            messages.warning(request, note)
        if counts := result.get("counts"):
            messages.success(request, f"“{upload.name}” was applied: {import_counts(**counts)}.")
        else:
            messages.info(request, f"“{upload.name}” was applied already.")
        return self._redirect_to_list(upload)

    def _redirect_to_list(self, upload: Upload) -> HttpResponse:
        reading_list = upload.target()
        if reading_list.pk:
            return redirect("admin:catalog_readinglist_change", reading_list.pk)
        return redirect("admin:catalog_readinglist_changelist")
