"""The form for a suggestion of a source."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.curation.suggestion import MAX_OPEN, AlreadySuggested, Suggestion, TooManyOpenSuggestions, suggestion_key
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from readlist_site.base.web.short_text import ShortTextField

MAX_KEY_LENGTH = Suggestion._meta.get_field("canonical_url").max_length


class SuggestionForm(forms.ModelForm):
    """A suggestion for a topic. Refuses a link whose source the topic has, or that is suggested for it already; warns
    once if the source is listed in another topic."""

    use_required_attribute = False

    url = forms.URLField(label=gettext_lazy("Link"), max_length=500, assume_scheme="https")
    # The primary key of the source that the last warning was about, so that it isn't repeated.
    warned_source = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Suggestion
        fields = ("url", "title", "role", "why")
        field_classes = {"title": ShortTextField, "why": ShortTextField}
        labels = {
            "title": gettext_lazy("Title"),
            "role": gettext_lazy("Role in the topic (optional)"),
            "why": gettext_lazy("What does it add?"),
        }
        help_texts = {
            "why": gettext_lazy("Compare it with the sources listed here. Your answer helps curators decide.")
        }
        widgets = {"why": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, topic: Section, person, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.topic, self.person = topic, person
        self.fields["role"].choices = [("", _("Not sure")), *self.fields["role"].choices[1:]]
        self.elsewhere: list[Entry] = []
        self.suggested: Suggestion | None = None

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        try:
            key, source = suggestion_key(url), Source.objects.by_url(url)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if len(key) > MAX_KEY_LENGTH:
            raise forms.ValidationError(_("This address is too long."))
        entries = list(source.listed_entries().visible_to(self.person)) if source else []
        if here := next((entry for entry in entries if entry.topic_id == self.topic.pk), None):
            raise forms.ValidationError(_already_here(here))
        waiting = Suggestion.objects.open_for(self.topic, self.person).filter(canonical_url=key).first()
        if waiting:
            self._add_already_suggested(waiting)
        elif entries and self.data.get("warned_source") != str(source.pk):
            self._warn_listed_elsewhere(source, entries)
        return url

    def _add_already_suggested(self, suggestion: Suggestion) -> None:
        self.suggested = suggestion
        is_own = suggestion.is_by(self.person)
        self.add_error(
            "url", _("You already suggested this source.") if is_own else _("Someone already suggested this source.")
        )

    def _warn_listed_elsewhere(self, source: Source, entries: list[Entry]) -> None:
        self.elsewhere = entries
        self.data = self.data.copy()
        self.data["warned_source"] = str(source.pk)
        self.add_error(None, _("This source is already listed elsewhere. Send the form again to suggest it here, too."))

    def suggest(self) -> Suggestion | None:
        """Create the suggestion. Returns None, with an error on the form, if it can't be created."""
        values = {name: self.cleaned_data[name] for name in ("url", "title", "role", "why")}
        try:
            return Suggestion.objects.suggest(self.topic, by=self.person, **values)
        except AlreadySuggested as error:
            waiting = Suggestion.objects.open_for(self.topic, self.person)
            if found := error.suggestion and waiting.filter(pk=error.suggestion.pk).first():
                self._add_already_suggested(found)
            else:
                self.add_error("url", _("Another suggestion of this source was just decided. Send the form again."))
        except TooManyOpenSuggestions:
            too_many = _(
                "You have %(number)s open suggestions. Withdraw one, or wait until a curator has decided on one."
            )
            self.add_error(None, too_many % {"number": MAX_OPEN})
        return None


def _already_here(entry: Entry) -> str:
    facts = {"title": entry.title, "shelf": entry.section.title}
    if entry.section_id != entry.topic_id:
        return _("This topic already has this source: “%(title)s”, under “%(shelf)s”.") % facts
    return _("This topic already has this source: “%(title)s”.") % facts
