"""The queue of doubtful links: what was found of each, and three ways to settle it."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from catalog.doubtful import rows_of
from catalog.forms.link import LinkField
from catalog.models import AddressTaken, Doubt, Settled
from readlist_site.web.htmx import wants_partial
from readlist_site.web.keys import whole_number
from readlist_site.web.short_text import ShortTextField

from .standing import known_already

SIZE = 40
_SAID = {
    Doubt.How.BETTER: "“{}” has the better link now.",
    Doubt.How.OTHER: "“{}” has the new link now.",
    Doubt.How.DISMISSED: "“{}” keeps its link.",
}


class Settlement(forms.Form):
    """How a curator settles a doubt. Another link needs an address, and leaving the link a reason."""

    how = forms.ChoiceField(choices=Doubt.How.choices)
    seen = forms.CharField(required=False)
    url = LinkField(label="The right link", required=False)
    reason = ShortTextField(label="Why it is fine", max_length=500, required=False)

    def __init__(self, doubt: Doubt, data=None) -> None:
        super().__init__(data, auto_id=f"doubt-{doubt.pk}-%s")
        self.doubt = doubt
        self.taken = None

    def clean(self) -> dict:
        data = super().clean()
        how = data.get("how")
        if how == Doubt.How.OTHER and "url" not in self.errors and not data.get("url"):
            self.add_error("url", "Write the address that it should lead to.")
        if how == Doubt.How.OTHER and data.get("url") == self.doubt.source.url:
            self.add_error("url", "This is the link that is in doubt. If it is fine, keep it, and say why.")
        if how == Doubt.How.DISMISSED and "reason" not in self.errors and not data.get("reason"):
            self.add_error("reason", "Say why: the next curator will want to know.")
        return data

    def settle(self, *, by) -> bool:
        """Do it; False, with an error at the link, where another source has the address, or where the better link that
        was found is none. Raises Settled."""
        data = self.cleaned_data
        try:
            match data["how"]:
                case Doubt.How.BETTER:
                    self.doubt.take_better(by, seen=data["seen"])
                case Doubt.How.OTHER:
                    self.doubt.readdress(data["url"], by)
                case _:
                    self.doubt.dismiss(data["reason"], by)
        except AddressTaken as known:
            self.taken = known.source
            self.add_error("url", known_already(known.source))
            return False
        except ValueError as error:
            self.add_error("url", f"The better link can’t be taken. {error}")
            return False
        return True


@admin.register(Doubt)
class DoubtAdmin(admin.ModelAdmin):
    """One page instead of Django's own: the queue, and under a filter what was settled."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Doubt | None = None) -> bool:
        return False

    def get_urls(self) -> list:
        settle = self.admin_site.admin_view(self.settlement)
        return [path("<key:pk>/settlement/", settle, name="catalog_doubt_settlement"), *super().get_urls()]

    @method_decorator(require_safe)
    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The open doubts, or the settled ones."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        start = Doubt.objects.filter(pk=whole_number(request.GET.get("from"))).first()
        if "settled" in request.GET:
            return self._settled(request, start)
        return self._queue(request, start if start and not start.settled_at else None)

    @method_decorator(require_safe)
    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        """A doubt has no page of its own: it stands in the queue."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        doubt = get_object_or_404(Doubt, pk=whole_number(object_id))
        return HttpResponseRedirect(self._address(doubt))

    @method_decorator(require_POST)
    def settlement(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Settle one. Answers with its row, or leads back to the queue, to the doubt after it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        doubt = get_object_or_404(Doubt.objects.select_related("source"), pk=pk)
        following, form = Doubt.objects.open().after(doubt).first(), Settlement(doubt, request.POST)
        try:
            settled = form.is_valid() and form.settle(by=request.user)
        except Settled:
            return self._answer(request, pk, following, messages.WARNING, _overtaken(pk))
        if not settled:
            return self._refuse(request, form)
        return self._answer(
            request, pk, following, messages.SUCCESS, _SAID[form.cleaned_data["how"]].format(doubt.source)
        )

    def _answer(self, request: HttpRequest, pk: int, following: Doubt | None, level: int, said: str) -> HttpResponse:
        if wants_partial(request):
            doubt = Doubt.objects.select_related("source", "settled_by").get(pk=pk)
            return self._row(request, doubt, said=said)
        messages.add_message(request, level, said)
        return HttpResponseRedirect(self._address(following))

    def _refuse(self, request: HttpRequest, form: Settlement) -> HttpResponse:
        """What was typed again, with what is wrong at its field."""
        if wants_partial(request):
            return self._row(request, form.doubt, form=form)
        return self._queue(request, None if form.doubt.settled_at else form.doubt, form=form)

    def _row(self, request: HttpRequest, doubt: Doubt, *, said: str = "", form: Settlement | None = None):
        [row] = rows_of([doubt])
        context = {"row": row, "form": form or Settlement(doubt), "said": said, "waiting": Doubt.objects.open().count()}
        return TemplateResponse(request, "admin/catalog/doubt/answer.html", self._context(request) | context)

    def _queue(self, request: HttpRequest, start: Doubt | None, *, form: Settlement | None = None) -> HttpResponse:
        waiting = Doubt.objects.open()
        found = waiting.after(start, itself=True) if start else waiting.ranked()
        found = list(found.select_related("source")[: SIZE + 1])
        rows = rows_of(found[:SIZE])
        for row in rows:
            row.form = form if form and form.doubt == row.doubt else Settlement(row.doubt)
        context = {
            "title": "Doubtful links",
            "rows": rows,
            "waiting": waiting.count(),
            "later": found[SIZE].pk if found[SIZE:] else None,
            "is_part": start is not None,
        }
        return TemplateResponse(request, "admin/catalog/doubt/queue.html", self._context(request) | context)

    def _settled(self, request: HttpRequest, start: Doubt | None) -> HttpResponse:
        settled = Doubt.objects.settled()
        found = settled.since(start) if start and start.settled_at else settled
        found = list(found.select_related("source", "settled_by")[: SIZE + 1])
        context = {
            "title": "Settled links",
            "doubts": found[:SIZE],
            "waiting": Doubt.objects.open().count(),
            "later": found[SIZE].pk if found[SIZE:] else None,
        }
        return TemplateResponse(request, "admin/catalog/doubt/settled.html", self._context(request) | context)

    def _context(self, request: HttpRequest) -> dict:
        may = self.has_change_permission(request)
        return {**self.admin_site.each_context(request), "opts": self.opts, "may_settle": may}

    def _address(self, doubt: Doubt | None) -> str:
        """The queue at this doubt, or the settled ones from it on."""
        queue = reverse("admin:catalog_doubt_changelist")
        if doubt is None:
            return queue
        shown = "settled=&from" if doubt.settled_at else "from"
        first = not doubt.settled_at and Doubt.objects.open().ranked()[:SIZE]
        within = "" if first and doubt in first else f"?{shown}={doubt.pk}"
        return f"{queue}{within}#doubt-{doubt.pk}"


def _overtaken(pk: int) -> str:
    """To who comes second: what became of it meanwhile."""
    doubt = Doubt.objects.select_related("source", "settled_by").get(pk=pk)
    if doubt.settled_at is None:
        return f"Something else was found of “{doubt.source}” meanwhile. Nothing was changed; please look again."
    who = doubt.settled_by or "Somebody"
    return f"{who} settled “{doubt.source}” before you: {doubt.get_how_display()}. Nothing more was changed."
