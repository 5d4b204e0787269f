"""The history page of a list: its change log and that of its sources, latest first."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.imports.upload import Upload
from catalog.lists.reading_list import ReadingList
from catalog.outline.change import Change
from catalog.sources.source import Source
from readlist_site.base.accounts.models import User
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.pagination import paginate_by_key, whole_number

from .base import AdminPages

PER_PAGE = 50


class ChangeLogPages(AdminPages):
    """A mixin for the admin of lists that adds the history page."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(require_safe(self.changes))
        return [path("<key:pk>/changes/", view, name="catalog_readinglist_changes"), *super().get_urls()]

    def changes(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show PER_PAGE changes, older than `?before=` and of one curator with `?by=`."""
        if not self.has_view_permission(request) or not request.user.has_perm("catalog.view_change"):
            raise PermissionDenied
        reading_list = get_object_or_404(ReadingList, pk=pk)
        rows = changes_of(reading_list)
        by = whole_number(request.GET.get("by"))
        chosen = rows.filter(by=by) if by is not None else rows
        before = whole_number(request.GET.get("before"))
        return self.admin_page(
            request,
            "history/page.html",
            title=_("History of “%(list)s”") % {"list": isolated(reading_list)},
            list=reading_list,
            found=paginate_by_key(chosen.select_related("by", "source"), size=PER_PAGE, before=before),
            people=User.objects.filter(pk__in=rows.order_by().values("by")).order_by("display_name", "pk"),
            by=by,
            undoable=Upload.objects.applied().filter(list=reading_list, undo_record__isnull=False).first(),
        )


def changes_of(reading_list: ReadingList):
    """The changes of the list, and those of sources in it that are recorded on no list."""
    sources = Source.objects.filter(entries__section__list=reading_list).values("pk")
    return Change.objects.filter(Q(list=reading_list) | Q(list=None, source__in=sources))
