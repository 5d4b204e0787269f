"""What the header of every page shows of a person: their groups, and how many notifications are unread."""

from dataclasses import dataclass

from django.db.models import Func, IntegerField, QuerySet, Subquery
from django.http import HttpRequest

from groups.members.group import Group
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.web.together import Together


@dataclass(frozen=True)
class Header:
    """`groups` by name."""

    groups: list[Group]
    unread_count: int


class CountRows(Func):
    """The number of rows of a subquery."""

    template = "(SELECT COUNT(*) FROM %(expressions)s AS counted)"
    output_field = IntegerField()


def header_queries(person) -> list[QuerySet]:
    """Returns the querysets of the header, for a page that asks for more by the same statement."""
    return [Group.objects.visible_to(person), unread_count(person)]


def unread_count(person) -> QuerySet:
    """Returns a queryset of one row: how many unread notifications the bell shows."""
    unread = Notification.objects.visible_to(person).unread().order_by().values("kind", "about").distinct()
    counted = User.objects.filter(pk=person.pk).annotate(unread=CountRows(Subquery(unread)))
    return counted.values_list("unread", flat=True)


header_rows = Together(header_queries)


def header_of(request: HttpRequest) -> Header:
    """Returns the header of this request, asked for once, by one statement; an empty one for an anonymous visitor."""
    if not hasattr(request, "_header"):
        user = getattr(request, "user", None)
        rows = header_rows(person=user) if user and user.is_authenticated else ([], [])
        set_header(request, *rows)
    return request._header


def set_header(request: HttpRequest, groups: list[Group], unread: list[int]) -> Header:
    """Keeps the rows of `header_queries` for the header of this request."""
    request._header = Header(groups, sum(unread))
    return request._header
