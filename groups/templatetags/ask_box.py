"""The box to ask a question about what a page shows: `{% ask_box %}`, of the context's `ask`.

It stands on each page of a topic, a source and a submission, is folded, and has more form fields than the rest of the
page. In the plain case, one group and nothing typed yet, it is filled into a pattern: see
readlist_site/base/web/template_pattern.py."""

import uuid
from types import SimpleNamespace

from django import template
from django.middleware.csrf import get_token
from django.template import Context
from django.template.defaultfilters import urlencode
from django.utils.safestring import SafeString

from groups.threads.ask import AskBox
from groups.threads.forms.ask import AskForm
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.template_pattern import fill, mark, number_mark

register = template.Library()

TEMPLATE = "groups/threads/ask.html"


@register.simple_tag(takes_context=True, name="ask_box")
def ask_box_html(context: Context) -> SafeString:
    """Return the box, "" without one."""
    ask: AskBox | None = context.get("ask")
    if not ask:
        return SafeString("")
    if not _is_plain(ask):
        return context.template.engine.get_template(TEMPLATE).render(context)
    request, group = context["request"], ask.groups[0]
    values = {
        "0": group.pk,
        "1": urlencode(request.get_full_path()),
        "group": isolated(str(group)),
        "about": ask.about,
        "csrf": get_token(request),
        "key": str(uuid.uuid4()),
    }
    return fill(TEMPLATE, (), _context, values)


def _is_plain(ask: AskBox) -> bool:
    return len(ask.groups) == 1 and not ask.draft and not ask.begun


class _PatternGroup:
    pk = number_mark(0)

    def __str__(self) -> str:
        return mark("group")


def _context() -> dict:
    """The context of the pattern: marks in place of what differs between pages."""
    group = _PatternGroup()
    form = AskForm(initial={"idempotency_key": mark("key")})
    box = {"groups": [group], "begun": [], "draft": None, "about": mark("about"), "group": group, "form": form}
    request = SimpleNamespace(get_full_path=number_mark(1))
    return {"ask": SimpleNamespace(**box), "csrf_token": mark("csrf"), "request": request}
