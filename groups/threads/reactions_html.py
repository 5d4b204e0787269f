"""The HTML of the reactions to posts, filled into patterns of one template."""

from django.urls import reverse
from django.utils.safestring import SafeString

from groups.members.group import Group
from readlist_site.base.languages.formats import list_of_names
from readlist_site.base.web.template_pattern import fill, mark, number_mark

from .post import Post
from .reaction import Reaction, people_by_kind

TEMPLATE = "groups/threads/reactions.html"
KINDS = tuple(Reaction.Kind.values)


def reactions_html(post: Post, group: Group, user) -> SafeString:
    """Return the reactions to a post, with the names of those who are members, and the buttons to react for others than
    its author. Reads `Group.members`."""
    names = group.first_names
    found = {
        kind: [key for key in keys if key in names]
        for kind, keys in people_by_kind(getattr(post, "reacted", None)).items()
    }
    mine = next((kind for kind, keys in found.items() if user.pk in keys), "")
    can_react = post.is_readable and post.author_id != user.pk and not group.archived_at
    shown = tuple(kind for kind in KINDS if found.get(kind))
    if not post.is_readable or not (can_react or shown):
        return SafeString("")
    values = {"0": post.pk} | {kind: list_of_names(names[key] for key in found[kind]) for kind in shown}

    def context() -> dict:
        kinds = [
            (kind, label, mark(kind) if kind in shown else "", kind == mine) for kind, label in Reaction.Kind.choices
        ]
        return {
            "pk": number_mark(0),
            "address": reverse("react", args=[number_mark(0)]),
            "kinds": kinds,
            "can_react": can_react,
            "has_unused": len(shown) < len(KINDS),
        }

    return fill(TEMPLATE, (can_react, mine, shown), context, values)
