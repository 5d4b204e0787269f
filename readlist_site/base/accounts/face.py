"""A face: two initials, one's own in pen. `{% face person %}`, with `size="tiny"` or `"large"`; nobody is a former
member. The name that speaks stands beside it.

It is a template builtin, and no template: pages show dozens."""

from django import template
from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def face(context: Context, person, *, size: str = "") -> SafeString:
    """Return the face of a person, or of nobody.

    Screen readers pass it over, as the name beside it says the same. Initials are part of a name that people choose."""
    kinds = ["face"]
    if size:
        kinds.append(size)
    if person and person == context.get("user"):
        kinds.append("mine")
    initials = conditional_escape(person.initials) if person else "–"
    return SafeString(f'<span class="{" ".join(kinds)}" aria-hidden="true">{initials}</span>')
