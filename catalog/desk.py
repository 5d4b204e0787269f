"""The curators' desk as a whole: its first page says what waits."""

from dataclasses import dataclass

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .models import Doubt, Report, Suggestion

_WAITING = ((Doubt, "doubtful link"), (Suggestion, "suggestion"), (Report, "report"))


@dataclass(frozen=True)
class Waiting:
    """Things of one kind that a curator has to decide on."""

    count: int
    word: str
    url: str


class CuratorsSite(admin.AdminSite):
    """Django's own, with what waits for whoever looks."""

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().index(request, {**(extra_context or {}), "waiting": self._waiting_for(request)})

    def _waiting_for(self, request: HttpRequest) -> list[Waiting]:
        found = []
        for model, word in _WAITING:
            desk = self._registry.get(model)
            if desk and desk.has_change_permission(request) and (count := model.objects.open().count()):
                url = reverse(
                    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", current_app=self.name
                )
                found.append(Waiting(count, word, url))
        return found
