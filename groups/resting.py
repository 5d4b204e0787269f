"""How much groups say of a topic or a source: in numbers, never which group."""

from collections.abc import Collection

from django.db.models import Count, Q

from catalog.resting import Counts, in_words, sums

from .models import Thread


def on_topics(topics: Collection[int]) -> Counts:
    """Threads about the topic."""
    return _threads("topic", topics)


def on_sources(sources: Collection[int]) -> Counts:
    """Threads about the source."""
    return _threads("source", sources)


def in_all(topics: Collection[int], sources: Collection[int]) -> list[str]:
    """Threads about any of them."""
    return sums(thread=Thread.objects.filter(Q(topic__in=topics) | Q(source__in=sources)).count())


def _threads(about: str, keys: Collection[int]) -> Counts:
    threads = Thread.objects.filter(**{f"{about}__in": keys}).order_by().values_list(about)
    return in_words(thread=threads.annotate(Count("pk")))
