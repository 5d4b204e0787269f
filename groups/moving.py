"""When two sources turn out to be one: what groups say of the one that goes, moved to the one that stays."""

from catalog.models import Source

from .models import PostDraft, Thread


def move_source(gone: Source, kept: Source) -> None:
    """Call it inside the transaction that holds both: see `Source.objects.hold`. A group may talk of a source in many
    threads, so each stays one."""
    Thread.objects.filter(source=gone).update(source=kept)
    _move_drafts(f"source-{gone.pk}", f"source-{kept.pk}")


def _move_drafts(gone: str, kept: str) -> None:
    """What a thread that is to be would be about, also in texts set aside."""
    drafts = PostDraft.objects.filter(group__isnull=False)
    naming = [
        pk
        for pk, typed, set_aside in drafts.values_list("pk", "typed", "set_aside").iterator()
        if any(text.get("about") == gone for text in (typed, *(each["typed"] for each in set_aside)))
    ]
    for draft in drafts.select_for_update().filter(pk__in=naming).order_by("pk"):
        draft.typed = _moved(draft.typed, gone, kept)
        draft.set_aside = [{**each, "typed": _moved(each["typed"], gone, kept)} for each in draft.set_aside]
        draft.save(update_fields=["typed", "set_aside"])


def _moved(typed: dict[str, str], gone: str, kept: str) -> dict[str, str]:
    return {**typed, "about": kept} if typed.get("about") == gone else typed
