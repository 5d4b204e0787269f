"""The admin of reading lists, with their method as inlines."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.lists.reading_list import ReadingList

from .base import CuratedAdmin
from .history import ChangeLogPages
from .method import MethodStepInline, PromptInline
from .status import ListForm, StatusActions
from .tree import TreePages
from .upload import UploadPages

_FILES = [("list_markdown", "Markdown"), ("list_json", "JSON")]


@admin.register(ReadingList)
class ReadingListAdmin(TreePages, ChangeLogPages, StatusActions, UploadPages, CuratedAdmin):
    form = ListForm
    list_display = ["title", "slug", "status", "is_default", "topics", "desks", "files"]
    list_filter = ["status"]
    search_fields = ["title", "slug"]
    fields = ["title", "slug", "status", "is_default", "import_base"]
    inlines = [MethodStepInline, PromptInline]
    within_list = "pk"

    def get_readonly_fields(self, request: HttpRequest, obj: ReadingList | None = None) -> list[str]:
        """The slug of an existing list is read-only, since imports find their list by it."""
        return ["slug"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReadingList]:
        topics = Count("sections", filter=Q(sections__kind="topic", sections__retired_at=None))
        return super().get_queryset(request).annotate(topic_count=topics)

    @admin.display(description=gettext_lazy("topics"), ordering="topic_count")
    def topics(self, reading_list: ReadingList) -> int:
        return reading_list.topic_count

    @admin.display(description=gettext_lazy("pages"))
    def desks(self, reading_list: ReadingList) -> str:
        """Links to the pages "Arrange" and "History"."""
        links = [("tree", _("Arrange")), ("changes", _("History"))]
        addresses = (
            (reverse(f"admin:catalog_readinglist_{name}", args=[reading_list.pk]), label) for name, label in links
        )
        return format_html_join(", ", '<a href="{}">{}</a>', addresses)

    @admin.display(description=gettext_lazy("export"))
    def files(self, reading_list: ReadingList) -> str:
        links = [(reverse(name, args=[reading_list.slug]), label) for name, label in _FILES]
        return format_html_join(", ", '<a href="{}">{}</a>', links)
