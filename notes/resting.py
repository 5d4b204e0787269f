"""How much people have in their notebooks on a topic or a source: in numbers, never whose."""

from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef

from catalog.resting import Counts, in_words

from .models import BasedOn, Draft, Reading, Summary


def on_topics(topics: Collection[int]) -> Counts:
    """Summaries, and drafts of those who have no summary yet."""
    summaries = Summary.objects.filter(topic__in=topics).order_by().values_list("topic").annotate(Count("pk"))
    has_one = Summary.objects.filter(author=OuterRef("author"), topic=OuterRef("topic"))
    begun = Draft.objects.filter(~Exists(has_one), topic__in=topics).order_by().values_list("topic")
    return in_words(summary=summaries, draft=begun.annotate(Count("author", distinct=True)))


def on_sources(sources: Collection[int]) -> Counts:
    """Readings, and the summaries that rest on the source."""
    readings = Reading.objects.filter(source__in=sources).order_by().values_list("source").annotate(Count("pk"))
    rests = BasedOn.objects.filter(source__in=sources).order_by().values_list("source")
    return in_words(reading=readings, summary=rests.annotate(Count("revision__summary", distinct=True)))
