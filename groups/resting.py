"""How much groups say of a topic or a source: in numbers, never which group."""

from collections.abc import Collection

from django.db.models import Count

from catalog.resting import Counts, in_words

from .models import Thread


def on_topics(topics: Collection[int]) -> Counts:
    """Threads about the topic."""
    return _threads("topic", topics)


def on_sources(sources: Collection[int]) -> Counts:
    """Threads about the source."""
    return _threads("source", sources)


def _threads(about: str, keys: Collection[int]) -> Counts:
    threads = Thread.objects.filter(**{f"{about}__in": keys}).order_by().values_list(about)
    return in_words(thread=threads.annotate(Count("pk")))
