"""The status of a list, and the choice of the default list."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.lists.reading_list import ReadingList
from catalog.outline.usage import is_in_use
from readlist_site.base.web.short_text import ShortTextField

from .optimistic_lock import OptimisticLockForm

_STATUS = ReadingList.Status


class ListForm(OptimisticLockForm):
    """Title, slug, status and default of a list."""

    becomes_default = False

    class Meta:
        model = ReadingList
        fields = ["title", "slug", "status", "is_default"]
        field_classes = {"title": ShortTextField}
        widgets = {"status": forms.RadioSelect}
        help_texts = {
            "status": "A draft is seen by curators alone. A published list is seen by everybody, and groups may choose "
            "it. An archived one can still be read, and groups that read it go on; no new group can choose it.",
            "is_default": "The list’s page and new groups begin with it.",
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields and self.instance.pk is None:
            self.fields["status"].initial = self.initial["status"] = _STATUS.DRAFT

    def clean(self) -> dict:
        data = super().clean()
        status = data.get("status")
        if status == _STATUS.DRAFT and "status" in self.changed_data and self.instance.pk and is_in_use(self.instance):
            self.add_error("status", "People work with this list, so it can’t be a draft again. Archive it instead.")
        if status in {_STATUS.DRAFT, _STATUS.ARCHIVED} and data.get("is_default"):
            self.add_error("status", "This list is shown where none is named. Let another one be shown there first.")
        if "is_default" in self.changed_data:
            self._change_default(data)
        return data

    def _change_default(self, data: dict) -> None:
        """Postpone making this the default list until it is saved, since only one list may be the default at a time.
        Unticking is refused, because there must be a default list."""
        self.becomes_default = bool(data.get("is_default"))
        if not self.becomes_default:
            self.add_error("is_default", "One list is always shown there. Tick this at another list instead.")
            return
        data["is_default"] = False
        self.changed_data.remove("is_default")


class StatusActions:
    """A mixin for the admin of lists that adds the action to make a list the default."""

    actions = ["make_default"]

    def save_model(self, request: HttpRequest, obj: ReadingList, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if getattr(form, "becomes_default", False):
            ReadingList.objects.make_default(obj.pk, by=request.user)

    @admin.action(description="Show where no list is named", permissions=["change"])
    def make_default(self, request: HttpRequest, queryset: QuerySet[ReadingList]) -> None:
        chosen = list(queryset)
        if len(chosen) != 1 or chosen[0].status != _STATUS.PUBLISHED:
            self.message_user(request, "Choose one list, and one that is published.", messages.ERROR)
            return
        if ReadingList.objects.make_default(chosen[0].pk, by=request.user):
            self.message_user(request, f"“{chosen[0]}” is the default list now.", messages.SUCCESS)
