"""Admin pages for importing a file: upload it, preview the changes, then apply or discard it."""

from collections import Counter

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
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.curation.change_text import import_counts
from catalog.imports import note_text
from catalog.imports.conversion import is_converted, title_of_file
from catalog.imports.kind_choices import Choice
from catalog.imports.stored_preview import StoredPreview
from catalog.imports.undo import CannotUndo, UndoRecord, check_undo, undo_import
from catalog.imports.upload import Upload
from catalog.imports.upload_jobs import StillReading, start_applying, start_reading
from catalog.lists.reading_list import ReadingList
from catalog.markdown.excerpt import title_of
from catalog.markdown.limits import MAX_BYTES
from catalog.markdown.nodes import Problem
from catalog.outline.change import Change
from readlist_site.base.jobs.views import answer_poll
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.short_text import ShortTextField

from .base import AdminPages
from .method import standard_prompts_message
from .upload_kinds import KINDS, ROLES, KindChooser, levels_of

_AT_ONCE = 50
_HEADINGS_AT_ONCE = 100


class UploadForm(forms.Form):
    """Uploads a file for an existing list or a new one. Whether it is a list is found out by a job."""

    list = forms.ModelChoiceField(
        ReadingList.objects.all(),
        required=False,
        empty_label=gettext_lazy("New list"),
        label=gettext_lazy("List"),
        help_text=gettext_lazy("Choose the list that this file updates, or create a new one."),
        # Otherwise browsers restore a former choice on reload.
        widget=forms.Select(attrs={"autocomplete": "off"}),
    )
    title = ShortTextField(
        label=gettext_lazy("Title"),
        max_length=200,
        required=False,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("Only for a new list. If you leave it empty, the file’s “# Title” is used."),
    )
    slug = forms.SlugField(
        label=gettext_lazy("Name in addresses"),
        max_length=60,
        required=False,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("Only for a new list. If you leave it empty, it is made from the title."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy(
            "Markdown, BibTeX, bookmarks exported by a browser, or CSV with a column of web addresses. UTF-8, at most "
            "4 MB."
        ),
    )

    base = forms.URLField(
        label=gettext_lazy("Base address"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=AdminTextInputWidget,
        help_text=gettext_lazy(
            "Relative links in the file are relative to it. If you leave it empty, the address of the list’s last "
            "import is used. If there is none, relative links become plain text."
        ),
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(
                _("This file has %(size)s MB. A list can have at most %(limit)s MB. Split the file.")
                % {"size": number_format(file.size / 1e6, 1), "limit": MAX_BYTES // 1_000_000}
            )
        try:
            self.text = file.read().decode()
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise ValidationError(_("Line %(line)s isn’t UTF-8. Save the file as UTF-8.") % {"line": line}) from error
        return file

    def clean(self) -> dict:
        data = super().clean()
        if data.get("list") or self.errors.keys() & {"list", "title", "slug"}:
            return data
        if not data["title"]:
            data["title"] = self._title_of_file()[:200]
        if not data["title"]:
            if "file" not in self.errors:
                self.add_error("title", _("Enter a title. The file has no single “# Title” at its beginning."))
            return data
        data["slug"] = data["slug"] or slugify(data["title"])[:60]
        if not data["slug"]:
            self.add_error("slug", _("Enter a name in letters and digits. None can be made from the title."))
        elif ReadingList.objects.filter(slug=data["slug"]).exists():
            self.add_error("slug", _("A list with this name exists. Choose it above, or enter another name."))
        return data

    def _title_of_file(self) -> str:
        if not hasattr(self, "text"):
            return ""
        name = self.cleaned_data["file"].name
        return title_of_file(name, self.text) if is_converted(name) else title_of(self.text)

    def save(self, *, by) -> Upload:
        """Create the Upload, with the list's present version as `seen`."""
        data, reading_list = self.cleaned_data, self.cleaned_data["list"]
        new = {} if reading_list else {"slug": data["slug"], "title": data["title"]}
        seen = reading_list.version if reading_list else 0
        name = data["file"].name
        base = data["base"] or (reading_list.import_base if reading_list else "")
        return Upload.objects.create(
            list=reading_list,
            name=name,
            text=self.text,
            needs_conversion=is_converted(name),
            base=base,
            by=by,
            seen=seen,
            **new,
        )


class ApplyForm(forms.Form):
    """The curator's confirmation that the file may retire most of the list."""

    retire = forms.BooleanField(
        label=gettext_lazy("Retire these headings and entries"),
        error_messages={"required": gettext_lazy("Tick this box if this is the right list.")},
    )


class UploadPages(AdminPages):
    """A mixin for the admin of lists that adds the import pages."""

    def get_urls(self) -> list[URLPattern]:
        on_preview = form_on("admin:catalog_readinglist_preview")
        pages = [
            ("upload/", self.choose_file, "upload"),
            ("upload/<key:pk>/", self.preview, "preview"),
            ("upload/<key:pk>/read/", on_preview(self.read), "read"),
            ("upload/<key:pk>/kinds/", on_preview(self.choose_kinds), "kinds"),
            ("upload/<key:pk>/cancel/", on_preview(self.cancel), "cancel"),
            ("upload/<key:pk>/apply/", on_preview(self.apply), "apply"),
            ("upload/<key:pk>/undo/", self.undo, "undo"),
            ("upload/<key:pk>/discard/", on_preview(self.discard), "discard"),
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
        return self.admin_page(request, "upload/bring.html", title=_("Import a file"), form=form)

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

    def choose_kinds(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store the kinds and roles that were chosen for headings, and have the file planned anew with them."""
        upload = get_object_or_404(self._uploads(request).not_applied(), pk=pk)
        job = upload.job
        if not (job and job.is_finished and job.result and "preview" in job.result):
            messages.warning(request, _("This file is still being read. Wait for the preview, then choose again."))
        else:
            tree = StoredPreview(job.result["preview"]).tree
            choices = KindChooser(tree, Choice.all_from_json(upload.kinds)).choose(request.POST)
            upload.choose_kinds(choices)
            start_reading(upload, by=request.user)
        page = whole_number(request.POST.get("page")) or 1
        return redirect(reverse("admin:catalog_readinglist_preview", args=[pk]) + f"?tree={page}#tree")

    def apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have the file imported. Its page shows the preview again if the list was changed, or if retiring most of it
        needs confirmation; while the file is being read, it says so."""
        upload = get_object_or_404(self._uploads(request), pk=pk)
        seen = whole_number(request.POST.get("seen"))
        if request.POST.get("kinds", upload.chosen_kinds) != upload.chosen_kinds:
            messages.warning(
                request, _("Someone chose other kinds meanwhile. Check the preview, then import the file.")
            )
            return redirect("admin:catalog_readinglist_preview", pk)
        try:
            if not upload.applied_at:
                start_applying(
                    upload,
                    by=request.user,
                    seen=upload.seen if seen is None else seen,
                    allow_retiring_most=ApplyForm(request.POST).is_valid(),
                )
        except StillReading:
            messages.warning(request, _("This file is still being read. Wait for the preview, then import it."))
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
            messages.success(request, _("“%(file)s” discarded. The list wasn’t changed.") % {"file": upload.name})
        else:
            messages.info(request, _("“%(file)s” was already imported.") % {"file": upload.name})
        return self._redirect_to_list(upload)

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what undoing an applied import does, or why it can't be undone; POST undoes it."""
        upload = get_object_or_404(self._uploads(request).applied(), pk=pk)
        if upload.undone_at:
            messages.info(request, _("The import of “%(file)s” was already undone.") % {"file": upload.name})
            return self._redirect_to_list(upload)
        refused = None
        try:
            if request.method == "POST":
                undo_import(upload, by=request.user)
                messages.success(request, _("The import of “%(file)s” was undone.") % {"file": upload.name})
                return self._redirect_to_list(upload)
            check_undo(upload)
        except CannotUndo as error:
            refused = error
        title = _("Undo import of “%(file)s”") % {"file": upload.name}
        status = 409 if refused and request.method == "POST" else 200
        context = {"upload": upload, "refused": refused, "list": upload.list}
        return self.admin_page(request, "upload/undo.html", status=status, title=title, **context)

    def _uploads(self, request: HttpRequest) -> QuerySet[Upload]:
        """All uploads. Raises PermissionDenied unless the user may change and add lists."""
        if not (self.has_change_permission(request) and self.has_add_permission(request)):
            raise PermissionDenied
        return Upload.objects.select_related("list", "by", "job")

    def _progress(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        context = {"title": upload.name, "upload": upload, "job": upload.job}
        context["cancel_url"] = reverse("admin:catalog_readinglist_cancel", args=[upload.pk])
        return self.admin_page(request, "upload/progress.html", **context)

    def _refused(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        """Show the form as it was sent, with why the file is no list."""
        form = UploadForm({"list": upload.list_id, "title": upload.title, "slug": upload.slug, "base": upload.base})
        form.full_clean()
        result = upload.job.result
        problems = [capfirst(str(Problem.from_json(stored))) for stored in result["problems"]]
        if more := result.get("more"):
            left = ngettext("And %(number)s more problem.", "And %(number)s more problems.", more)
            problems.append(left % {"number": f"{more:,}"})
        form.errors["file"] = form.error_class(problems)
        return self.admin_page(request, "upload/bring.html", title=_("Import a file"), form=form, upload=upload)

    def _preview(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        reading_list, refused = upload.target(), upload.job.result.get("refused")
        preview = StoredPreview(upload.job.result["preview"])
        parts = [(part, Paginator(part.lines, _AT_ONCE).get_page(request.GET.get(part.key))) for part in preview.parts]
        tree = Paginator(preview.tree, _HEADINGS_AT_ONCE).get_page(request.GET.get("tree"))
        is_outdated = preview.seen != reading_list.version
        changes = Change.objects.none()
        if reading_list.pk and reading_list.version != upload.seen:
            changes = reading_list.changes.filter(at__gt=upload.at).select_related("by")[:5]
        return self.admin_page(
            request,
            "upload/preview.html",
            title=_("Preview of “%(file)s”") % {"file": upload.name},
            upload=upload,
            reading_list=reading_list,
            preview=preview,
            converted=upload.text if is_converted(upload.name) else "",
            form=ApplyForm({} if refused == "retire" else None),
            parts=parts,
            tree=tree,
            levels=levels_of(preview.tree),
            repeated={title for title, number in Counter(line.title for line in preview.tree).items() if number > 1},
            kinds=KINDS,
            roles=ROLES,
            is_stale=refused == "stale" or is_outdated or preview.seen != upload.seen,
            is_outdated=is_outdated,
            changes=changes,
        )

    def _applied(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        """Tell what was imported, at the list."""
        result = upload.job.result or {}
        for note in result.get("notes", ()):
            messages.warning(request, note if isinstance(note, str) else note_text(*note))
        if result.get("standard_prompts"):
            messages.warning(request, standard_prompts_message())
        if counts := result.get("counts"):
            facts = {"file": upload.name, "counts": import_counts(**counts)}
            imported = _("“%(file)s” imported: %(counts)s.") % facts
            if UndoRecord.objects.filter(upload=upload).exists():
                undo = reverse("admin:catalog_readinglist_undo", args=[upload.pk])
                imported = format_html('{} <a href="{}">{}</a>', imported, undo, _("Undo import"))
            messages.success(request, imported)
        else:
            messages.info(request, _("“%(file)s” was already imported.") % {"file": upload.name})
        return self._redirect_to_list(upload)

    def _redirect_to_list(self, upload: Upload) -> HttpResponse:
        reading_list = upload.target()
        if reading_list.pk:
            return redirect("admin:catalog_readinglist_change", reading_list.pk)
        return redirect("admin:catalog_readinglist_changelist")
