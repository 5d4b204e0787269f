"""What a new group needs to say."""

from django import forms

from catalog.models import ReadingList
from groups.models import Group


def tidy(name: str) -> str:
    """A name in one line, with single spaces."""
    return " ".join(name.split())


class GroupForm(forms.ModelForm):
    """A name, and a list where there are several to choose from."""

    class Meta:
        model = Group
        fields = ["name", "list"]
        labels = {"name": "What is it called?", "list": "Which list do you read?"}
        help_texts = {"name": "As you would say it: Thursday post-training."}
        widgets = {"list": forms.RadioSelect}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        lists = list(ReadingList.objects.order_by("-is_default", "title"))
        self.fields["list"].choices = [(each.pk, each.title) for each in lists]
        self.fields["list"].initial = lists[0].pk if lists else None
        if len(lists) == 1:
            self.instance.list = lists[0]
            del self.fields["list"]

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])

    def found(self, founder) -> Group:
        """Make the group that was described."""
        return Group.objects.found(founder, name=self.instance.name, list=self.instance.list)


class NameForm(forms.ModelForm):
    """What the group is called from now on."""

    class Meta:
        model = Group
        fields = ["name"]
        labels = {"name": "What is it called?"}

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])
