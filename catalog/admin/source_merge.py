"""Admin pages for merging a source with another: choose the other, compare both, merge."""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.curation.merge_preview import FACTS, Fact, SourceComparison
from catalog.curation.source_merge import merge_sources
from catalog.lists.reading_list import StaleVersion
from catalog.sources.source import Source
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.pagination import whole_number

from .base import AdminPages

# The maximum number of sources offered.
FOUND = 20

CHANGED = gettext_lazy("One of the sources was changed after you opened this page. Check both again, then merge.")


class MergeForm(forms.Form):
    """Chooses which of two sources is kept and, for each fact that differs, whose value."""

    stays = forms.ChoiceField(
        label=gettext_lazy("Source to keep"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Its page in Readlist stays. The page of the other leads to it."),
    )

    def __init__(self, data=None, *, comparison: SourceComparison) -> None:
        super().__init__(data)
        self.comparison = comparison
        self.both = {str(source.pk): source for source in (comparison.kept, comparison.gone)}
        first, second = self.both
        self.fields["stays"].choices = [(key, f"{each}, {each.url}") for key, each in self.both.items()]
        self.fields["stays"].initial = str(comparison.suggested.pk)
        for fact in comparison.differing:
            self.fields[fact.name] = forms.ChoiceField(
                label=fact.label,
                choices=[(first, fact.kept or _("nothing")), (second, fact.gone or _("nothing"))],
                initial=self._suggested(fact),
                widget=forms.RadioSelect,
            )

    def _suggested(self, fact: Fact) -> str:
        """The source whose value is preselected: of the link the healthier one, else the one to be kept, if it has a
        value."""
        kept, gone = self.both
        if fact.name == "link":
            return str(self.comparison.with_healthier_link.pk)
        if fact.is_only_the_others or not fact.gone:
            return gone if fact.gone else kept
        return str(self.comparison.suggested.pk)

    def merge(self, *, by, seen: str) -> Source:
        """Merge the sources as chosen and return the one that is kept. Raises StaleVersion if they no longer have the
        fingerprint `seen`."""
        if seen != self.comparison.fingerprint:
            raise StaleVersion
        kept = self.both[self.cleaned_data["stays"]]
        gone = next(source for source in self.both.values() if source != kept)
        taking = [name for name in FACTS if self.cleaned_data.get(name) == str(gone.pk)]
        return merge_sources(gone, kept, by=by, taking=taking, seen=SourceComparison(kept, gone).fingerprint)


class MergePages(AdminPages):
    """A mixin for the admin of sources that adds the merge pages."""

    change_form_template = "admin/catalog/source/change_form.html"

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<path:object_id>/merge/", view, name="catalog_source_merge"), *super().get_urls()]

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the page to choose the other source or, with `?with=`, the comparison; POST merges."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        source = _source(unquote(object_id))
        if "with" not in request.GET:
            return self._choose(request, source)
        other = _source(request.GET["with"])
        if other == source:
            messages.info(request, _("These are the same source."))
            return redirect("admin:catalog_source_change", source.pk)
        form = MergeForm(request.POST if request.method == "POST" else None, comparison=SourceComparison(source, other))
        if form.is_valid():
            try:
                kept = form.merge(by=request.user, seen=request.POST.get("seen", ""))
            except StaleVersion:
                form.add_error(None, CHANGED)
            else:
                messages.success(
                    request,
                    _("Sources merged into “%(source)s”. The old address leads to it.") % {"source": isolated(kept)},
                )
                return redirect("admin:catalog_source_change", kept.pk)
        return self._page(request, "compare", source, form=form, comparison=form.comparison, other=other)

    def _choose(self, request: HttpRequest, source: Source) -> HttpResponse:
        sought = request.GET.get("q", "").replace("\0", "").strip()
        if sought:
            found, _ = self.get_search_results(request, Source.objects.exclude(pk=source.pk), sought)
        else:
            found = alike(source)
        return self._page(request, "choose", source, sought=sought, found=found.distinct()[:FOUND])

    def _page(self, request: HttpRequest, name: str, source: Source, **context) -> HttpResponse:
        context |= {
            "title": _("Merge “%(source)s” with another source") % {"source": isolated(source)},
            "source": source,
        }
        status = 422 if request.method == "POST" else 200
        return self.admin_page(request, f"source_merge/{name}.html", status=status, **context)


def alike(source: Source) -> QuerySet[Source]:
    """The other sources with the same identifier or with a title of this one, ignoring case."""
    titles = {title for title in (source.listed_title, source.title) if title}
    same = Q()
    for title in titles:
        same |= Q(listed_title__iexact=title) | Q(title__iexact=title)
    if source.identifier:
        same |= Q(identifier__iexact=source.identifier)
    return Source.objects.filter(same).exclude(pk=source.pk)


def _source(key: str) -> Source:
    """The source with this primary key, or the one it was merged into. Raises Http404."""
    return get_object_or_404(Source.objects.by_id_or_merged_id(whole_number(key)))
