"""Whether a list is a draft, published or archived, and which one is shown where none is named."""

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.models import Change, ReadingList
from catalog.resting import is_in_use

from .seen import SeenForm

_STATUS = ReadingList.Status


class ListForm(SeenForm):
    """What a list is called and who sees it."""

    class Meta:
        model = ReadingList
        fields = ["title", "slug", "status", "is_default"]
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
        return data


class KeepsStatus:
    """For the lists' desk."""

    actions = ["make_default"]

    @admin.action(description="Show where no list is named", permissions=["change"])
    def make_default(self, request: HttpRequest, queryset: QuerySet[ReadingList]) -> None:
        chosen = list(queryset)
        if len(chosen) != 1 or chosen[0].status != _STATUS.PUBLISHED:
            self.message_user(request, "Choose one list, and one that is published.", messages.ERROR)
            return
        with transaction.atomic():
            if not ReadingList.objects.make_default(chosen[0].pk):
                return
            what = f"“{chosen[0]}” is shown where no list is named"
            Change.objects.note(by=request.user, what=what, list=chosen[0])
        self.message_user(request, f"{what}.", messages.SUCCESS)
