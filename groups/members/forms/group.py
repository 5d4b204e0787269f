"""The forms of a group's name and list."""

from copy import copy

from django import forms
from django.db.models import Q

from catalog.lists.reading_list import ReadingList
from groups.members.group import Group
from readlist_site.base.web.short_text import ShortTextField


def _offer_lists(form: forms.ModelForm, *more: ReadingList) -> list[ReadingList]:
    """Set a form's choices to the published lists, the default one first, and to the lists in `more`. Return the
    choices."""
    lists = ReadingList.objects.filter(Q(status=ReadingList.Status.PUBLISHED) | Q(pk__in=[each.pk for each in more]))
    lists = list(lists.order_by("-is_default", "title"))
    field = form.fields["list"]
    field.queryset = ReadingList.objects.filter(pk__in=[each.pk for each in lists])
    field.choices = [(each.pk, each.title) for each in lists]
    field.initial = lists[0].pk if lists else None
    return lists


class NewGroupForm(forms.ModelForm):
    """A name, and a list if there is more than one."""

    class Meta:
        model = Group
        fields = ["name", "list"]
        field_classes = {"name": ShortTextField}
        labels = {"name": "What is it called?", "list": "Which list do you read?"}
        help_texts = {"name": "As you would say it: Thursday post-training."}
        widgets = {"list": forms.RadioSelect}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        lists = _offer_lists(self)
        if len(lists) == 1:
            self.instance.list = lists[0]
            del self.fields["list"]

    def create_group(self, owner) -> Group:
        """Create the group."""
        return Group.objects.create_with_owner(owner, name=self.instance.name, list=self.instance.list)


class GroupSettingsForm(forms.ModelForm):
    """The name, and the list while nothing was submitted."""

    class Meta(NewGroupForm.Meta):
        help_texts = {}

    def __init__(self, data=None, *, group: Group) -> None:
        # A copy, so that the page keeps showing the saved name.
        super().__init__(data, instance=copy(group))
        self.group = group
        alone = len(_offer_lists(self, group.list)) == 1
        self.stays = not alone and group.has_submissions
        if alone or self.stays:
            del self.fields["list"]

    def save_settings(self, owner) -> None:
        """Save the settings: see `Group.update_settings`."""
        self.group.update_settings(name=self.cleaned_data["name"], list=self.cleaned_data.get("list"), by=owner)
