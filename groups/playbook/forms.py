"""The filter of a playbook."""

from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .playbook import Contents, Playbook, build_playbook


class PlaybookFilter(forms.Form):
    """Filters by tier and by author. A choice that isn't offered is an error at its field, and filters nothing."""

    tier = forms.ChoiceField(required=False, label=_("Tier"))
    author = forms.ChoiceField(required=False, label=_("Author"))

    def __init__(self, asked: QueryDict, *, contents: Contents, viewer) -> None:
        super().__init__(asked or None)
        self.contents = contents
        self.fields["tier"].choices = [("", gettext("All tiers")), *contents.tier_choices]
        self.fields["author"].choices = [("", gettext("All authors")), *contents.author_choices(viewer)]

    @property
    def chosen(self) -> dict[str, str]:
        """The valid filters that are set, by field name."""
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}

    @property
    def words(self) -> list[str]:
        """Their labels: "Tier 1 — Core", "Tomás Herrera"."""
        return [dict(self.fields[name].choices)[value] for name, value in self.chosen.items()]

    @property
    def address(self) -> str:
        """Their query string: "?tier=3"; "" without filters."""
        return f"?{urlencode(self.chosen)}" if self.chosen else ""

    def playbook(self) -> Playbook:
        """Return the whole filtered playbook."""
        return build_playbook(self.contents, **self.chosen)

    def page(self, topic: int | None) -> Playbook:
        """Return the page of the filtered playbook with this topic, or the first."""
        return build_playbook(self.contents, **self.chosen, in_pages=True, topic=topic)
