"""The form for a suggestion of a source."""

from django import forms

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

    url = forms.URLField(label="Link", max_length=500, assume_scheme="https")
    # The primary key of the source that the last warning was about, so that it isn't repeated.
    told = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Suggestion
        fields = ("url", "title", "role", "why")
        field_classes = {"title": ShortTextField, "why": ShortTextField}
        labels = {"title": "Title", "role": "What it would be there for (optional)", "why": "What does it add?"}
        help_texts = {"why": "To what is here already. The curators decide by this."}
        widgets = {"why": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, topic: Section, person, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.topic, self.person = topic, person
        self.fields["role"].choices = [("", "I can’t say"), *self.fields["role"].choices[1:]]
        self.elsewhere: list[Entry] = []
        self.suggested: Suggestion | None = None

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        try:
            key, source = suggestion_key(url), Source.objects.by_url(url)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if len(key) > MAX_KEY_LENGTH:
            raise forms.ValidationError("This address is too long to be kept.")
        places = list(source.listed_entries().visible_to(self.person)) if source else []
        if here := next((place for place in places if place.topic_id == self.topic.pk), None):
            raise forms.ValidationError(f"This topic has it already: “{here.title}”{_shelf(here)}.")
        waiting = Suggestion.objects.open_for(self.topic, self.person).filter(canonical_url=key).first()
        if waiting:
            self._add_already_suggested(waiting)
        elif places and self.data.get("told") != str(source.pk):
            self._warn_listed_elsewhere(source, places)
        return url

    def _add_already_suggested(self, suggestion: Suggestion) -> None:
        self.suggested = suggestion
        said = "You have suggested it already." if suggestion.is_by(self.person) else "Somebody suggested it already."
        self.add_error("url", said)

    def _warn_listed_elsewhere(self, source: Source, places: list[Entry]) -> None:
        self.elsewhere = places
        self.data = self.data.copy()
        self.data["told"] = str(source.pk)
        self.add_error(None, "The list names it elsewhere. Send it again if it belongs here, too.")

    def suggest(self) -> Suggestion | None:
        """Create the suggestion. Returns None, with an error on the form, if it can't be created."""
        said = {name: self.cleaned_data[name] for name in ("url", "title", "role", "why")}
        try:
            return Suggestion.objects.suggest(self.topic, by=self.person, **said)
        except AlreadySuggested as error:
            waiting = Suggestion.objects.open_for(self.topic, self.person)
            if found := error.suggestion and waiting.filter(pk=error.suggestion.pk).first():
                self._add_already_suggested(found)
            else:
                self.add_error("url", "Somebody else suggested it just now, and it was decided since. Send it again.")
        except TooManyOpenSuggestions:
            waiting = f"{MAX_OPEN} of your suggestions wait for the curators."
            self.add_error(None, f"{waiting} Take one back, or wait until they are decided.")
        return None


def _shelf(entry: Entry) -> str:
    return f", under “{entry.section.title}”" if entry.section_id != entry.topic_id else ""
