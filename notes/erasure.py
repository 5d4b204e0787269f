"""What goes of a person's notebook with their account. Readings and drafts go with the account's row by themselves."""

from collections.abc import Iterable

from django.db.models import QuerySet

from notes.revision import Answer, Revision
from notes.revision_image import RevisionImage
from notes.summary import Summary
from readlist_site.base.accounts.models import User
from readlist_site.base.text import render
from readlist_site.base.text.deleted_text import DELETED_TEXT


def unshared_revisions(author: User, shared: Iterable[int] | QuerySet) -> QuerySet[Revision]:
    """Returns a person's revisions without those whose keys are `shared`, which others can read."""
    return Revision.objects.filter(summary__author=author).exclude(pk__in=shared)


def unshared_summaries(author: User, shared: Iterable[int] | QuerySet) -> QuerySet[Summary]:
    """Returns a person's summaries of which no revision is `shared`."""
    return Summary.objects.filter(author=author).exclude(revisions__in=shared)


def delete_unshared(author: User, shared: Iterable[int]) -> None:
    """Deletes the revisions and summaries that nobody but their author can read. `shared`: the keys of the others."""
    summaries = list(unshared_summaries(author, shared).values_list("pk", flat=True))
    unshared_revisions(author, shared).delete()
    Summary.objects.filter(pk__in=summaries).delete()


def erase_answers(author: User) -> None:
    """Replaces the answers in all of a person's revisions, and the number of their lines; their images are shown by
    none of them any more."""
    RevisionImage.objects.filter(revision__summary__author=author).delete()
    rendered = render(DELETED_TEXT)
    answers = Answer.objects.filter(revision__summary__author=author)
    answers.update(body=DELETED_TEXT, body_html=rendered.html, renderer=rendered.renderer)
    revisions = list(Revision.objects.filter(summary__author=author).prefetch_related("answers"))
    for revision in revisions:
        revision.lines = rendered.lines * len(revision.answers.all())
    Revision.objects.bulk_update(revisions, ["lines"], batch_size=500)
