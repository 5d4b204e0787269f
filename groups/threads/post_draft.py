"""Drafts of replies, of edits of posts, and of new threads. Each is visible only to its author."""

from operator import itemgetter
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from groups.members.group import Group
from readlist_site.base.drafts import MAX_ALTERNATIVES, AbstractDraft, DraftQuerySet, concat, refuse_too_much

from .post import EditedMeanwhile, Post
from .thread import Thread


class PostDraftQuerySet(DraftQuerySet):
    def latest(self, author, **key) -> "PostDraft | None":
        """Return a person's draft for a thread, a post or a group, or None; of several drafts for a post, the one with
        the latest `base`."""
        return self.visible_to(author).filter(**key).order_by("-base").first()

    def save_typed(
        self,
        author,
        typed: dict[str, str],
        *,
        form_id: UUID | None = None,
        seen: str = "",
        tab_id: UUID | None = None,
        choice: str = "",
        moved: str = "",
        **key,
    ) -> "PostDraft | None":
        """Save a form's content as the draft for `key`: a thread, a post and its `base`, or a group. Returns None if
        the form was posted a moment ago, so that a late autosave doesn't create a draft again.

        The draft of another group that this page has `seen`, or saw before a conflict (`moved`), becomes this one, with
        its alternatives.

        Locks the person. Raises StaleDraft if another window saved something else, and EditedMeanwhile for a post that
        was edited or deleted since `base`."""
        with transaction.atomic():
            _lock_author(author)
            if Post.objects.sent_from(form_id, author):
                return None
            if "post" in key and not Post.objects.filter(pk=key["post"].pk, edits=key["base"]).exists():
                raise EditedMeanwhile
            there = self.filter(author=author, **key).first()
            if choice == "merge" and there:
                typed = {**typed, "body": concat(typed, there.typed)["body"]}
            # The draft that this page has seen was posted or discarded in another window, so there is no conflict with
            # it.
            state = {"seen": seen if there else "", "tab_id": tab_id}
            draft = self.save_draft({"author": author, **key}, {"typed": typed}, choice=choice, **state)
            if alternatives := self._delete_moved(author, key, (seen, moved), tab_id):
                draft.alternatives = sorted([*alternatives, *draft.alternatives], key=itemgetter("at"))
                draft.alternatives = draft.alternatives[-MAX_ALTERNATIVES:]
                draft.save(update_fields=["alternatives"])
            return draft

    @transaction.atomic
    def delete_posted(self, author, body: str, *, seen: str = "", tab_id: UUID | None = None, **key) -> None:
        """Delete the draft of a text that was posted. A draft that another page saved with a different text stays.
        Locks the person."""
        _lock_author(author)
        for draft in self.filter(author=author, **key):
            if draft.version_token == seen or draft.is_of(tab_id, body):
                draft.delete()
        self._delete_moved(author, key, (seen,), tab_id)

    def _delete_moved(self, author, key: dict, seen: tuple[str, ...], tab_id: UUID | None) -> list[dict]:
        """Delete the draft of a new thread in another group that this page began, or went on with, before another group
        was chosen on it. Return its alternatives."""
        if "group" not in key:
            return []
        others = self.filter(author=author, group__isnull=False).exclude(group=key["group"])
        moved = [each for each in others if each.version_token in seen or (tab_id and each.tab_id == tab_id)]
        for draft in moved:
            draft.delete()
        return [each for draft in moved for each in draft.alternatives]

    @transaction.atomic
    def resolve_conflict(
        self, author, post: Post, kept_text: str, *, typed: str, not_chosen: str = "", tab_id: UUID | None = None
    ) -> None:
        """Resolve a conflict between the `typed` text and the text of the post: save `kept_text` as the draft for the
        present version of the post, and archive `not_chosen` in it, together with the alternatives of older drafts.

        If another window has already saved a draft for this version, it stays, and `kept_text` is archived in it. Locks
        the person. Raises TooMuchText as `save_draft` does."""
        refuse_too_much(kept_text, not_chosen)
        _lock_author(author)
        key = {"author": author, "post": post}
        before = [each for each in self.filter(**key, base__lt=post.edits) if each.is_of(tab_id, typed)]
        draft, new = self.get_or_create(
            **key, base=post.edits, defaults={"typed": {"body": kept_text}, "tab_id": tab_id}
        )
        for each in before:
            draft.alternatives += each.alternatives
            each.delete()
        for text in (not_chosen, "" if new or kept_text in (draft.body, post.body) else kept_text):
            if text:
                draft.alternatives = draft.archive_alternative({"typed": {"body": text}}, timezone.now())
        draft.save(update_fields=["alternatives"])
        if not draft.alternatives and draft.body == post.body:
            draft.delete()

    @transaction.atomic
    def discard(self, author, post: Post) -> None:
        """Discard the drafts of a post's edit. A draft with archived alternatives is kept for them, with the post's
        text. Locks the person."""
        _lock_author(author)
        drafts = self.filter(author=author, post=post)
        drafts.filter(alternatives=[]).delete()
        drafts.update(typed={"body": post.body}, version=F("version") + 1)


class PostDraft(AbstractDraft):
    """A draft of a reply to a thread, of an edit of a post, or of a new thread in a group.

    `base` is the number of the post's edits when this edit was started."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    base = models.PositiveIntegerField(default=0)
    typed = models.JSONField(default=dict, help_text="What stands in the form, by field.")

    objects = PostDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author", "thread"], condition=Q(thread__isnull=False), name="groups_one_reply_draft"
            ),
            models.UniqueConstraint(
                fields=["author", "post", "base"], condition=Q(post__isnull=False), name="groups_one_edit_draft"
            ),
            models.UniqueConstraint(
                fields=["author", "group"], condition=Q(group__isnull=False), name="groups_one_thread_draft"
            ),
            models.CheckConstraint(
                condition=(
                    Q(thread__isnull=False, post=None, group=None)
                    | Q(thread=None, post__isnull=False, group=None)
                    | Q(thread=None, post=None, group__isnull=False)
                ),
                name="groups_post_draft_for_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author} in {self.thread or self.post or self.group}, draft"

    def get_absolute_url(self) -> str:
        """The address of the form that continues it."""
        if self.thread_id:
            return f"{reverse('thread', args=[self.thread_id])}#reply"
        if self.post_id:
            return reverse("edit_post", args=[self.post_id])
        return reverse("new_thread", args=[self.group_id])

    def is_of(self, tab_id: UUID | None, body: str) -> bool:
        """Return whether the draft comes from this tab, is empty, or has the same text."""
        return (tab_id is not None and self.tab_id == tab_id) or self.body.strip() in ("", body.strip())

    @property
    def body(self) -> str:
        """The draft's text."""
        return self.typed.get("body", "")

    @property
    def not_chosen(self) -> list[dict]:
        """The texts that were not chosen in conflicts between two windows, latest first."""
        return self.labelled_alternatives({"body": ""})


def _lock_author(author) -> None:
    """Lock the person's row until the transaction ends, so that their posts and autosaves don't interleave."""
    get_user_model().objects.select_for_update(no_key=True).filter(pk=author.pk).first()
