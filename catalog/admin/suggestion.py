"""What readers would add: the curators' list of it, and the page on which each is decided."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from catalog.models import Role, Section, Source, Suggestion
from catalog.shelves import shelves_of
from catalog.suggesting import StandsHere, accept_suggestion
from readlist_site.text import MAX_LENGTH
from readlist_site.web.short_text import ShortTextField

from .base import LowTextarea, WideInput
from .proposal import ProposalAdmin
from .standing import here_already


class AcceptForm(forms.Form):
    """The entry that it would become: as it was suggested, unless a curator changes it."""

    title = ShortTextField(max_length=300, widget=WideInput)
    url = forms.URLField(label="Link", max_length=500, assume_scheme="https", widget=WideInput)
    section = forms.ModelChoiceField(
        Section.objects.none(), empty_label=None, help_text="It comes last there, and can be moved."
    )
    role = forms.ChoiceField(
        choices=[("", "as the heading above says"), *Role.choices], required=False
    )  # fmt: skip
    why = forms.CharField(max_length=MAX_LENGTH, widget=LowTextarea, help_text="Markdown: why to read it here.")

    def __init__(self, data=None, *, suggestion: Suggestion) -> None:
        super().__init__(data)
        topic = suggestion.topic
        shelves = topic.standing_below(Section.Kind.SHELF)
        here = Section.objects.standing().filter(pk__in=[topic.pk, *shelves.values_list("pk", flat=True)])
        self.suggestion = suggestion
        self.fields["section"].queryset = here.order_by("position")
        section = _best_place(topic, list(shelves), suggestion.role)
        heading_role = section.role or topic.role
        role = "" if suggestion.role == heading_role else suggestion.role
        self.initial = {"title": suggestion.title, "url": suggestion.url, "why": suggestion.why}
        self.initial |= {"section": section.pk, "role": role}

    def accept(self, *, by) -> bool:
        """Do it; False, with the reason at its field, where that can't be. Raises Decided."""
        try:
            accept_suggestion(self.suggestion, by=by, **self.cleaned_data)
        except StandsHere as found:
            self.add_error("url", here_already(found.entry))
        except ValueError as error:
            self.add_error("url", str(error))
        except forms.ValidationError as error:
            self.add_error(None, error)
        else:
            return True
        # What was undone in the database still stands on the row in hand.
        self.suggestion.refresh_from_db()
        return False


class DeclineForm(forms.Form):
    reason = ShortTextField(label="Why not", max_length=500, widget=WideInput, help_text="Who suggested it reads this.")


@admin.register(Suggestion)
class SuggestionAdmin(ProposalAdmin):
    list_display = ["title", "where", "seconded", "by", "at", "state"]
    list_filter = [*ProposalAdmin.list_filter, "topic__list"]
    search_fields = ["title", "why", "canonical_url"]
    page_template = "admin/catalog/suggestion/page.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suggestion]:
        counted = Suggestion.objects.annotate(seconded_by=Count("seconds")).select_related("by", "topic__list")
        return counted.order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["-seconded_by", "at", "pk"]

    @admin.display(description="topic", ordering="topic__position")
    def where(self, suggestion: Suggestion) -> str:
        return suggestion.topic.short_name

    @admin.display(description="seconds", ordering="seconded_by")
    def seconded(self, suggestion: Suggestion) -> int:
        return suggestion.seconded_by

    def decision(self, request: HttpRequest, suggestion: Suggestion) -> HttpResponse | dict:
        """Accept it in the words of the form, or decline it with a reason."""
        pressed = request.POST.get("how")
        accept = AcceptForm(request.POST if pressed == "accept" else None, suggestion=suggestion)
        decline = DeclineForm(request.POST if pressed == "decline" else None)
        if accept.is_valid() and accept.accept(by=request.user):
            messages.success(request, f"“{suggestion.title}” is in “{suggestion.topic}” now.")
            return redirect(reverse("admin:catalog_entry_change", args=[suggestion.entry_id]))
        if decline.is_valid():
            suggestion.decline(decline.cleaned_data["reason"], by=request.user)
            messages.success(request, f"Declined “{suggestion.title}”.")
            return redirect(self.desk)
        shelves = shelves_of(suggestion.topic)
        source = Source.objects.known(suggestion.url)
        return {
            "accept": accept,
            "decline": decline,
            "shelves": shelves,
            "sources": sum(len(shelf.entries) for shelf in shelves),
            "places": source.places() if source else [],
            "seconds": suggestion.seconds.select_related("person"),
        }


def _best_place(topic: Section, shelves: list[Section], role: str) -> Section:
    """The shelf of its role; else where the topic's sources stand."""
    fitting = [shelf for shelf in shelves if role and shelf.role == role]
    loose = topic.entries.standing().exists()
    return (fitting or ([topic] if loose or not shelves else shelves))[0]
