"""The admin of suggestions."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.curation.accept_suggestion import AlreadyInTopic, accept_suggestion
from catalog.curation.suggestion import Suggestion
from catalog.outline.section import Section
from catalog.outline.topic_shelves import topic_shelves
from catalog.sources.source import Source
from catalog.sources.source_role import Role
from readlist_site.base.languages.direction import isolated_each
from readlist_site.base.text import MAX_LENGTH, render
from readlist_site.base.web.short_text import ShortTextField

from .base import LowTextarea, WideInput
from .proposal import ProposalAdmin
from .where_listed import already_here_message


class AcceptForm(forms.Form):
    """The entry to be made of a suggestion, prefilled with the suggested values."""

    title = ShortTextField(label=gettext_lazy("Title"), max_length=300, widget=WideInput)
    url = forms.URLField(label=gettext_lazy("Link"), max_length=500, assume_scheme="https", widget=WideInput)
    section = forms.ModelChoiceField(
        Section.objects.none(),
        label=gettext_lazy("Heading"),
        empty_label=None,
        help_text=gettext_lazy("It becomes the last entry there. You can move it."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[("", gettext_lazy("as the heading above")), *Role.choices],
        required=False,
    )
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MAX_LENGTH,
        widget=LowTextarea,
        help_text=gettext_lazy("Why to read it here, in Markdown."),
    )

    def __init__(self, data=None, *, suggestion: Suggestion) -> None:
        super().__init__(data)
        topic = suggestion.topic
        shelves = topic.descendants(Section.Kind.SHELF)
        here = Section.objects.not_retired().filter(pk__in=[topic.pk, *shelves.values_list("pk", flat=True)])
        self.suggestion = suggestion
        self.fields["section"].queryset = here.order_by("position")
        section = _best_section(topic, list(shelves), suggestion.role)
        heading_role = section.role or topic.role
        role = "" if suggestion.role == heading_role else suggestion.role
        self.initial = {"title": suggestion.title, "url": suggestion.url, "why": suggestion.why}
        self.initial |= {"section": section.pk, "role": role}

    def clean_why(self) -> str:
        if refusal := render(self.cleaned_data["why"], line_breaks=False).refusal:
            raise forms.ValidationError(refusal)
        return self.cleaned_data["why"]

    def accept(self, *, by) -> bool:
        """Accept the suggestion. Returns False, with an error on the form, if the entry can't be added. Raises
        AlreadyDecided."""
        try:
            accept_suggestion(self.suggestion, by=by, **self.cleaned_data)
        except AlreadyInTopic as found:
            self.add_error("url", already_here_message(found.entry))
        except ValueError as error:
            self.add_error("url", str(error))
        except forms.ValidationError as error:
            self.add_error(None, error)
        else:
            return True
        # The transaction was rolled back, but the instance still has the decision.
        self.suggestion.refresh_from_db()
        return False


@admin.register(Suggestion)
class SuggestionAdmin(ProposalAdmin):
    list_display = ["title", "where", "votes", "by", "at", "state"]
    list_filter = [*ProposalAdmin.list_filter, "topic__list"]
    search_fields = ["title", "why", "canonical_url"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suggestion]:
        counted = Suggestion.objects.annotate(vote_count=Count("votes")).select_related("by", "topic__list")
        return counted.order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["-vote_count", "at", "pk"]

    @admin.display(description=gettext_lazy("topic"), ordering="topic__position")
    def where(self, suggestion: Suggestion) -> str:
        return suggestion.topic.short_name

    @admin.display(description=gettext_lazy("votes"), ordering="vote_count")
    def votes(self, suggestion: Suggestion) -> int:
        return suggestion.vote_count

    def acceptance(self, request: HttpRequest, suggestion: Suggestion) -> HttpResponse | dict:
        """Accept the suggestion with the values of the form."""
        accept = AcceptForm(request.POST if request.POST.get("how") == "accept" else None, suggestion=suggestion)
        if accept.is_valid() and accept.accept(by=request.user):
            messages.success(
                request,
                _("“%(title)s” added to “%(topic)s”.")
                % isolated_each({"title": suggestion.title, "topic": suggestion.topic}),
            )
            return redirect("admin:catalog_entry_change", suggestion.entry_id)
        shelves = topic_shelves(suggestion.topic)
        source = Source.objects.by_url(suggestion.url)
        return {
            "accept": accept,
            "shelves": shelves,
            "sources": sum(len(shelf.entries) for shelf in shelves),
            "places": source.listed_entries() if source else [],
            "votes": suggestion.votes.select_related("person"),
        }


def _best_section(topic: Section, shelves: list[Section], role: str) -> Section:
    """The first shelf with this role; else the topic if it has entries of its own or no shelves; else its first
    shelf."""
    fitting = [shelf for shelf in shelves if role and shelf.role == role]
    loose = topic.entries.not_retired().exists()
    return (fitting or ([topic] if loose or not shelves else shelves))[0]
