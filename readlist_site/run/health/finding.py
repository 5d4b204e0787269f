"""What a check finds: facts, of which the templates `run/health/` make sentences."""

from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    OK = "ok", _("OK")
    WARNING = "warning", _("Warning")
    ERROR = "error", _("Error")


@dataclass(frozen=True)
class Finding:
    """`code` names it for programs and never changes its meaning; `facts` are what its sentence needs."""

    code: str
    level: Level = Level.OK
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What was found, as plain text."""
        return self._render("sentence")

    @property
    def remedy(self) -> str:
        """What to do about it, as plain text; "" where there is nothing to be done."""
        return "" if self.level == Level.OK else self._render("remedy")

    def _render(self, name: str) -> str:
        text = render_to_string(f"run/health/{name}.txt", {"code": self.code, **self.facts})
        return unescape(" ".join(text.split()))


def ok(code: str, **facts: Any) -> Finding:
    return Finding(code, Level.OK, facts)


def warning(code: str, **facts: Any) -> Finding:
    return Finding(code, Level.WARNING, facts)


def error(code: str, **facts: Any) -> Finding:
    return Finding(code, Level.ERROR, facts)
