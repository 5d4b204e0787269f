"""The visits to a source's link, on the source's page, to look at."""

from django.contrib import admin
from django.http import HttpRequest

from catalog.links.link_check import LinkCheck
from catalog.sources.source import Source


class LinkCheckInline(admin.TabularInline):
    """The last ones, latest first: how the link was over time."""

    model = LinkCheck
    verbose_name_plural = "visits to the link"
    fields = ["at", "outcome", "status", "note", "title", "final_url"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        return False
