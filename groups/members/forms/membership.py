"""What a member decides about their place in a group."""

from django import forms

from groups.members.membership import Membership


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
