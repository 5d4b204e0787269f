"""What a person says of themselves."""

from django import forms

from .models import User


class SignupForm(forms.Form):
    """What sign-up asks beside e-mail and password."""

    display_name = forms.CharField(label="Your name", max_length=60, help_text="What the members of your groups see.")

    def signup(self, request, user: User) -> None:
        user.display_name = " ".join(self.cleaned_data["display_name"].split())
        user.save()
