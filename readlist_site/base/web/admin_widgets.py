"""The admin's box to choose a row from."""

from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest

from .pagination import whole_number


class RowSelect(AutocompleteSelect):
    """Shows again what was chosen. Django's own asks the database also for what is no key, and falls over."""

    def optgroups(self, name: str, value: list, attrs: dict | None = None) -> list:
        return super().optgroups(name, [key for key in value if whole_number(str(key)) is not None], attrs)


class AutocompleteRows:
    """For a desk, or a table on one, with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs) -> ModelChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
