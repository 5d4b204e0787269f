"""How many readings, summaries and drafts topics and sources have, without their authors."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from catalog.outline.method import Prompt
from catalog.outline.usage import SOURCE, TOPIC, Use
from notes.draft import Draft
from notes.reading import Reading
from notes.revision import Answer, BasedOn
from notes.summary import Summary


def answered(prompts: set[int]) -> set[int]:
    """Returns which of these prompts have an answer in a revision or a draft."""
    found = set(Answer.objects.filter(prompt__in=prompts).values_list("prompt", flat=True))
    lists = Prompt.objects.filter(pk__in=prompts).values("list")
    for answers, alternatives in Draft.objects.filter(topic__list__in=lists).values_list("answers", "alternatives"):
        for texts in (answers, *(each.get("answers", {}) for each in alternatives)):
            found |= {prompt for prompt in prompts if texts.get(str(prompt), "").strip()}
    return found


def uses(topics: set[int], sources: set[int]) -> Iterator[Use]:
    """Yields readings; summaries, for their topic and for the sources they are based on; and drafts of people who have
    no summary of the topic."""
    for pk, source in Reading.objects.filter(source__in=sources).values_list("pk", "source"):
        yield Use("reading", pk, (SOURCE, source))
    for pk, topic in Summary.objects.filter(topic__in=topics).values_list("pk", "topic"):
        yield Use("summary", pk, (TOPIC, topic))
    based = BasedOn.objects.filter(source__in=sources).order_by().values_list("revision__summary", "source")
    for pk, source in based.distinct():
        yield Use("summary", pk, (SOURCE, source))
    has_one = Summary.objects.filter(author=OuterRef("author"), topic=OuterRef("topic"))
    drafts = Draft.objects.filter(~Exists(has_one), topic__in=topics).values_list("author", "topic")
    for author, topic in drafts:
        yield Use("draft", (author, topic), (TOPIC, topic))
