"""Mixins for the classes of the admin that take permissions away, whatever the user's own are."""

from django.db.models import Model
from django.http import HttpRequest


class NoAdding:
    """For a ModelAdmin or an inline: rows can't be added."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NoChanging:
    """For a ModelAdmin or an inline: rows can't be changed."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NoDeleting:
    """For a ModelAdmin: rows can't be deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
