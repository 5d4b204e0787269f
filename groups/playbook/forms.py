"""Which part of a playbook to show."""

from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from .playbook import Contents, Playbook, build_playbook


class PlaybookFilter(forms.Form):
    """By tier and by author. What isn't offered says so at its field, and leaves nothing out."""

    tier = forms.ChoiceField(required=False)
    author = forms.ChoiceField(required=False, label="By")

    def __init__(self, asked: QueryDict, *, contents: Contents, viewer) -> None:
        super().__init__(asked or None)
        self.contents = contents
        self.fields["tier"].choices = [("", "All tiers"), *contents.tier_choices]
        self.fields["author"].choices = [("", "Everybody"), *contents.author_choices(viewer)]

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for, of what there is."""
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}

    @property
    def words(self) -> list[str]:
        """The same as it is called on the page: "Tier 1 — Core", "Tomás Herrera"."""
        return [dict(self.fields[name].choices)[value] for name, value in self.chosen.items()]

    @property
    def address(self) -> str:
        """The same as the end of an address: "?tier=3"; nothing for all of it."""
        return f"?{urlencode(self.chosen)}" if self.chosen else ""

    def playbook(self) -> Playbook:
        """The part that was asked for."""
        return build_playbook(self.contents, **self.chosen)
