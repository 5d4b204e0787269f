"""How much people have in their notebooks on a topic or a source: in numbers, never whose."""

from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from catalog.resting import Counts, in_words, sums

from .models import BasedOn, Draft, Reading, Summary


def on_topics(topics: Collection[int]) -> Counts:
    """Summaries, and drafts of those who have no summary yet."""
    summaries = Summary.objects.filter(topic__in=topics).order_by().values_list("topic").annotate(Count("pk"))
    begun = _begun(topics).values_list("topic").annotate(Count("author", distinct=True))
    return in_words(summary=summaries, draft=begun)


def on_sources(sources: Collection[int]) -> Counts:
    """Readings, and the summaries that rest on the source."""
    readings = Reading.objects.filter(source__in=sources).order_by().values_list("source").annotate(Count("pk"))
    rests = BasedOn.objects.filter(source__in=sources).order_by().values_list("source")
    return in_words(reading=readings, summary=rests.annotate(Count("revision__summary", distinct=True)))


def in_all(topics: Collection[int], sources: Collection[int]) -> list[str]:
    """Readings, summaries of the topics or resting on the sources, and drafts of those who have no summary yet."""
    based = BasedOn.objects.filter(source__in=sources).values("revision__summary")
    return sums(
        reading=Reading.objects.filter(source__in=sources).count(),
        summary=Summary.objects.filter(Q(topic__in=topics) | Q(pk__in=based)).count(),
        draft=_begun(topics).values("topic", "author").distinct().count(),
    )


def _begun(topics: Collection[int]) -> QuerySet[Draft]:
    has_one = Summary.objects.filter(author=OuterRef("author"), topic=OuterRef("topic"))
    return Draft.objects.filter(~Exists(has_one), topic__in=topics).order_by()
