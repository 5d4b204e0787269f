"""The number of a group's unread posts, from those of all the reader's groups: `{{ unread_posts|unread_in:group }}`."""

from django import template

from groups.members.group import Group

register = template.Library()


@register.filter
def unread_in(unread_posts: dict[int, int], group: Group) -> int:
    """Return how many posts of this group are unread, 0 if it isn't one of the reader's."""
    return unread_posts.get(group.pk, 0)


@register.filter
def unread_in_all(unread_posts: dict[int, int]) -> int:
    """Return how many posts are unread in all of the reader's groups."""
    return sum(unread_posts.values())
