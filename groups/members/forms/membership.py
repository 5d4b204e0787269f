"""What a member decides about their place in a group."""

from django import forms

from groups.members.membership import Membership
from readlist_site.base.web.short_text import ShortTextField


class HideReadingForm(forms.ModelForm):
    """Whether the group sees my reading."""

    class Meta:
        model = Membership
        fields = ["hides_reading"]
        labels = {"hides_reading": "Hide my reading from this group"}
        help_texts = {"hides_reading": "What you submit for review is seen all the same. You can change this later."}


class RoleForm(forms.ModelForm):
    """What a member may do in the group."""

    class Meta:
        model = Membership
        fields = ["role"]


class RemovalForm(forms.Form):
    """Why somebody is taken out of the group, and whether for good."""

    why = ShortTextField(
        required=False, max_length=300, label="Why?", help_text="Owner and moderators can read it, nobody else."
    )
    ban = forms.BooleanField(
        required=False, label="Ban them: no link lets them in again", help_text="This can be lifted later."
    )
