"""The status of a list, and the choice of the default list."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.lists.reading_list import ReadingList
from catalog.outline.change import Change
from catalog.outline.method import Prompt
from catalog.outline.usage import is_in_use
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.short_text import ShortTextField

from .method import standard_prompts_message
from .optimistic_lock import OptimisticLockForm

_STATUS = ReadingList.Status


class ListForm(OptimisticLockForm):
    """Title, slug, status and default of a list."""

    becomes_default = False

    import_base = ReadingList._meta.get_field("import_base").formfield(assume_scheme="https")

    class Meta:
        model = ReadingList
        fields = ["title", "slug", "status", "is_default", "import_base"]
        field_classes = {"title": ShortTextField}
        widgets = {"status": forms.RadioSelect}
        help_texts = {
            "status": gettext_lazy(
                "Only curators see a draft. Everyone sees a published list, and groups can choose it. An archived list "
                "can still be read by everyone and used by its groups, but new groups can’t choose it."
            ),
            "is_default": gettext_lazy("Shown on the list page, and preselected for new groups."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields and self.instance.pk is None:
            self.fields["status"].initial = self.initial["status"] = _STATUS.DRAFT

    def clean(self) -> dict:
        data = super().clean()
        status = data.get("status")
        if status == _STATUS.DRAFT and "status" in self.changed_data and self.instance.pk and is_in_use(self.instance):
            self.add_error(
                "status", _("Members work with this list, so it can’t become a draft again. Archive it instead.")
            )
        if status in {_STATUS.DRAFT, _STATUS.ARCHIVED} and data.get("is_default"):
            self.add_error("status", _("This is the default list. Make another list the default list first."))
        if "is_default" in self.changed_data:
            self._change_default(data)
        return data

    def _change_default(self, data: dict) -> None:
        """Postpone making this the default list until it is saved, since only one list may be the default at a time.
        Unticking is refused, because there must be a default list."""
        self.becomes_default = bool(data.get("is_default"))
        if not self.becomes_default:
            self.add_error(
                "is_default", _("There is always one default list. Make another list the default list instead.")
            )
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

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        """Save, and add the standard prompts to a published list that has none."""
        super().save_related(request, form, formsets, change)
        reading_list = form.instance
        if reading_list.status == _STATUS.PUBLISHED and Prompt.objects.add_standard(reading_list):
            Change.objects.record("standard_prompts", {}, by=request.user, list=reading_list)
            messages.warning(request, standard_prompts_message())

    @admin.action(description=gettext_lazy("Make default list"), permissions=["change"])
    def make_default(self, request: HttpRequest, queryset: QuerySet[ReadingList]) -> None:
        chosen = list(queryset)
        if len(chosen) != 1 or chosen[0].status != _STATUS.PUBLISHED:
            self.message_user(request, _("Choose one published list."), messages.ERROR)
            return
        if ReadingList.objects.make_default(chosen[0].pk, by=request.user):
            self.message_user(
                request, _("“%(list)s” is now the default list.") % {"list": isolated(chosen[0])}, messages.SUCCESS
            )
