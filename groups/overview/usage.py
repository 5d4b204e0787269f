"""How groups use topics and sources: counted without naming a group, and moved when two sources are merged."""

from collections.abc import Iterator

from django.db.models import Q

from catalog.outline.usage import SOURCE, TOPIC, Use
from catalog.sources.source import Source
from groups.threads.follow import Follow
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread


def uses(topics: set[int], sources: set[int]) -> Iterator[Use]:
    """Yield the threads about these topics and sources."""
    about = Thread.objects.filter(Q(topic__in=topics) | Q(source__in=sources)).order_by()
    for pk, topic, source in about.values_list("pk", "topic", "source"):
        yield Use("thread", pk, (TOPIC, topic) if topic else (SOURCE, source))


def move_source(gone: Source, kept: Source) -> None:
    """Move threads, drafts of threads and follows from a merged source to the one that remains. Call it in the
    transaction that has locked both: see `Source.objects.lock_current`. Threads are not merged, because a group may
    have several about a source."""
    Thread.objects.filter(source=gone).update(source=kept)
    followed = Follow.objects.filter(source=kept).values("membership")
    Follow.objects.filter(source=gone).exclude(membership__in=followed).update(source=kept)
    Follow.objects.filter(source=gone).delete()  # of those who follow or mute both: the choice on the other stays
    _move_drafts(f"source-{gone.pk}", f"source-{kept.pk}")


def _move_drafts(gone: str, kept: str) -> None:
    """Change the subject in drafts of new threads, and in their archived alternatives. Locks these drafts."""
    drafts = PostDraft.objects.filter(group__isnull=False)
    naming = [
        pk
        for pk, typed, alternatives in drafts.values_list("pk", "typed", "alternatives").iterator()
        if any(text.get("about") == gone for text in (typed, *(each["typed"] for each in alternatives)))
    ]
    for draft in drafts.select_for_update().filter(pk__in=naming).order_by("pk"):
        draft.typed = _moved(draft.typed, gone, kept)
        draft.alternatives = [{**each, "typed": _moved(each["typed"], gone, kept)} for each in draft.alternatives]
        draft.save(update_fields=["typed", "alternatives"])


def _moved(typed: dict[str, str], gone: str, kept: str) -> dict[str, str]:
    return {**typed, "about": kept} if typed.get("about") == gone else typed
