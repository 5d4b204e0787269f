"""The HTML of the reactions to posts, filled into patterns of one template."""

from django.urls import reverse
from django.utils.safestring import SafeString

from groups.members.group import Group
from readlist_site.base.languages.formats import list_of_names
from readlist_site.base.web.template_pattern import Pattern, mark, number_mark

from .post import Post
from .reaction import Reaction, people_by_kind

TEMPLATE = "groups/threads/reactions.html"
KINDS = tuple(Reaction.Kind.values)


class ReactionsHtml:
    """The HTML of the reactions to posts of a group, as one of its members sees it: with the names of those who are
    members, and the buttons to react for others than the author. Reads `Group.members`."""

    def __init__(self, group: Group, user) -> None:
        self.names, self.is_open, self.me = group.first_names, not group.archived_at, user.pk
        self.pattern = Pattern(TEMPLATE)

    def __call__(self, post: Post) -> SafeString:
        """Return the reactions to a post."""
        if not post.is_readable:
            return SafeString("")
        found = {
            kind: [key for key in keys if key in self.names]
            for kind, keys in people_by_kind(getattr(post, "reacted", None)).items()
        }
        mine = next((kind for kind, keys in found.items() if self.me in keys), "")
        can_react = self.is_open and post.author_id != self.me
        shown = tuple(kind for kind in KINDS if found.get(kind))
        if not (can_react or shown):
            return SafeString("")
        values = {"0": post.pk} | {kind: list_of_names(self.names[key] for key in found[kind]) for kind in shown}

        def context() -> dict:
            kinds = [
                (kind, label, mark(kind) if kind in shown else "", kind == mine)
                for kind, label in Reaction.Kind.choices
            ]
            return {
                "pk": number_mark(0),
                "address": reverse("react", args=[number_mark(0)]),
                "kinds": kinds,
                "can_react": can_react,
                "has_unused": len(shown) < len(KINDS),
            }

        return self.pattern.fill((can_react, mine, shown), context, values)
