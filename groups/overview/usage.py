"""What groups have on topics and sources: told in numbers, never which group."""

from collections.abc import Iterator

from django.db.models import Q

from catalog.outline.usage import SOURCE, TOPIC, Use
from groups.threads.thread import Thread


def uses(topics: set[int], sources: set[int]) -> Iterator[Use]:
    """Threads about them."""
    about = Thread.objects.filter(Q(topic__in=topics) | Q(source__in=sources)).order_by()
    for pk, topic, source in about.values_list("pk", "topic", "source"):
        yield Use("thread", pk, (TOPIC, topic) if topic else (SOURCE, source))
