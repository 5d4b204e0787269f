"""The forms of a group's name and list."""

from copy import copy

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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
        labels = {"name": _("Name"), "list": _("Reading list")}
        help_texts = {"name": _("For example: Thursday post-training")}
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


def _rule(most: int, **texts) -> forms.IntegerField:
    """A field for a number from 1 to `most`. Left empty, it keeps the present value."""
    return forms.IntegerField(
        min_value=1,
        max_value=most,
        required=False,
        error_messages={"invalid": _("Enter a number.")},
        **texts,
    )


class GroupSettingsForm(forms.ModelForm):
    """The name, the list while nothing was submitted, and the rules for what is submitted from now on."""

    RULES = ("required_reviews", "claim_days", "single_approval_days", "inviters")

    required_reviews = _rule(
        3,
        label=_("Reviews that a summary needs"),
        help_text=_("From 1 to 3, but never more than there are other members."),
    )
    claim_days = _rule(
        30,
        label=_("Days to finish a review"),
        help_text=_("From 1 to 30. After that, another member can take it over."),
    )
    single_approval_days = _rule(
        90,
        label=_("Days until one approval is enough"),
        help_text=_(
            "From 1 to 90. After this many days one approval is enough. "
            "A change request expires the same number of days after the next revision."
        ),
    )
    inviters = forms.ChoiceField(
        choices=Group.Inviters.choices,
        required=False,
        widget=forms.RadioSelect,
        label=_("Who can invite people"),
        help_text=_(
            "Members can see and revoke their own invitation links. Owner and moderators can do so with all links."
        ),
    )

    class Meta(NewGroupForm.Meta):
        fields = [*NewGroupForm.Meta.fields, "required_reviews", "claim_days", "single_approval_days", "inviters"]
        help_texts = {}

    def __init__(self, data=None, *, group: Group) -> None:
        # A copy, so that the page keeps showing the saved name.
        super().__init__(data, instance=copy(group))
        self.group = group
        alone = len(_offer_lists(self, group.list)) == 1
        self.stays = not alone and group.has_submissions
        if alone or self.stays:
            del self.fields["list"]

    def clean(self) -> None:
        super().clean()
        for rule in self.RULES:
            if self.cleaned_data.get(rule) in (None, "") and rule not in self.errors:
                self.cleaned_data[rule] = getattr(self.group, rule)

    def save_settings(self, owner) -> None:
        """Save the settings: see `Group.update_settings`."""
        data = self.cleaned_data
        rules = {rule: data[rule] for rule in self.RULES}
        self.group.update_settings(name=data["name"], list=data.get("list"), by=owner, **rules)
