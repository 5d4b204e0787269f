"""Autocomplete widgets of the admin that tolerate invalid keys."""

from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest

from .pagination import whole_number


class RowSelect(AutocompleteSelect):
    """Shows the selected row again after an error. Django's widget queries the database for values that are no keys,
    which raises an error."""

    def optgroups(self, name: str, value: list, attrs: dict | None = None) -> list:
        return super().optgroups(name, [key for key in value if whole_number(str(key)) is not None], attrs)


class AutocompleteRows:
    """For a ModelAdmin or an inline with `autocomplete_fields`: uses RowSelect for them."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs) -> ModelChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
