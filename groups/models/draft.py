"""What a member is typing for the group: a review, a post, a thread. Nobody else has a way to it."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from readlist_site.drafts import AbstractDraft, DraftQuerySet, Overtaken, together

from .group import Group
from .post import EditedMeanwhile, Post
from .round import Round
from .submission import Submission
from .thread import Thread


class ReviewDraftQuerySet(DraftQuerySet):
    @transaction.atomic
    def keep_typed(
        self,
        author,
        round: Round,
        typed: dict[str, str],
        *,
        correcting: bool = False,
        base: str = "",
        seen: str = "",
        tab: UUID | None = None,
        choice: str = "",
    ) -> "ReviewDraft | None":
        """Save what stands in the form. Raises Overtaken, also where the review says something else by now than at the
        `mark` that a correction has as its `base`. Two texts are put together, of two verdicts this one's.

        Where the review was given meanwhile it becomes the draft of its correction. None if the review says all of it:
        what is sent is no draft again."""
        round.submission.lock()
        there = self.filter(author=author, round=round).first()
        given = round.reviews.filter(reviewer=author).first()
        if given and correcting and base and given.mark not in (base, seen):
            raise Overtaken(None)
        if not there and (choice or not correcting):
            if given and not choice and given.holds(typed):
                return None
            # What this page has seen went when a review was sent.
            seen = ""
        values = {"typed": typed}
        if choice == "merge" and (other := there or given):
            verdicts = {name: word for name, word in typed.items() if name.startswith("verdict_")}
            values = {"typed": {**together(typed, other.typed), **verdicts}}
        elif choice and given and not there:
            # The other text is no draft that could take this one's place, but what was sent.
            goes_on, aside = (given.typed, typed) if choice == "take" else (typed, given.typed)
            values = {"typed": goes_on, "set_aside": ReviewDraft().with_aside({"typed": aside}, timezone.now())}
        return self.keep({"author": author, "round": round}, values, seen=seen, tab=tab, choice=choice)

    def latest(self, author, submission: Submission) -> "ReviewDraft | None":
        """What a person has typed last about any revision of a submission."""
        theirs = self.visible_to(author).filter(round__submission=submission)
        return theirs.select_related("round").order_by("-round").first()


class ReviewDraft(AbstractDraft):
    """A review of one revision, being written; where the review was given already, its correction.

    Outlives the claim: who comes too late can take it up again. Goes when the review is given."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="drafts")
    typed = models.JSONField(default=dict, help_text="What stands in the form, by field.")

    objects = ReviewDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "round"], name="groups_one_review_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.round}, draft"


class PostDraftQuerySet(DraftQuerySet):
    def latest(self, author, **key) -> "PostDraft | None":
        """What a person has typed last, for a thread, a post or a group."""
        return self.visible_to(author).filter(**key).order_by("-base").first()

    def keep_typed(
        self,
        author,
        typed: dict[str, str],
        *,
        form: UUID | None = None,
        seen: str = "",
        tab: UUID | None = None,
        choice: str = "",
        **key,
    ) -> "PostDraft | None":
        """Save what stands in a form, for the thread, the post and its `base`, or the group of `key`.

        Raises Overtaken, or EditedMeanwhile for a post. None where the form has been sent and this save only came
        late: what is posted is no draft again."""
        with transaction.atomic():
            _wait_for(author)
            if Post.objects.sent_from(form, author):
                return None
            if "post" in key and not Post.objects.filter(pk=key["post"].pk, edits=key["base"]).exists():
                raise EditedMeanwhile
            there = self.filter(author=author, **key).first()
            if choice == "merge" and there:
                typed = {**typed, "body": together(typed, there.typed)["body"]}
            # What another window has posted or discarded stands or falls by itself: this text goes on.
            seen = seen if there else ""
            return self.keep({"author": author, **key}, {"typed": typed}, seen=seen, tab=tab, choice=choice)

    @transaction.atomic
    def sent(self, author, body: str, *, seen: str = "", tab: UUID | None = None, **key) -> None:
        """What was typed is posted: drop its draft. What another page saved, and says something else, stays."""
        _wait_for(author)
        for draft in self.filter(author=author, **key):
            if draft.mark == seen or draft.is_of(tab, body):
                draft.delete()

    @transaction.atomic
    def settle(
        self, author, post: Post, goes_on: str, *, typed: str, not_chosen: str = "", tab: UUID | None = None
    ) -> None:
        """Of two texts of a post, what was `typed` and what is posted, one is to go on: as the draft of the post as it
        stands now. What was not chosen is set aside there, with all that was before.

        Where another window has a draft of that already it stays, and what was to go on is set aside beside it."""
        _wait_for(author)
        key = {"author": author, "post": post}
        before = [each for each in self.filter(**key, base__lt=post.edits) if each.is_of(tab, typed)]
        draft, new = self.get_or_create(**key, base=post.edits, defaults={"typed": {"body": goes_on}, "tab": tab})
        for each in before:
            draft.set_aside += each.set_aside
            each.delete()
        for text in (not_chosen, "" if new or goes_on in (draft.body, post.body) else goes_on):
            if text:
                draft.set_aside = draft.with_aside({"typed": {"body": text}}, timezone.now())
        draft.save(update_fields=["set_aside"])
        if not draft.set_aside and draft.body == post.body:
            draft.delete()

    @transaction.atomic
    def discard(self, author, post: Post) -> None:
        """Let go of what was typed to take a post's place. What was set aside can still be read."""
        _wait_for(author)
        drafts = self.filter(author=author, post=post)
        drafts.filter(set_aside=[]).delete()
        drafts.update(typed={"body": post.body}, version=F("version") + 1)


class PostDraft(AbstractDraft):
    """A reply to a thread, a post in other words, or a thread that is to be: one of the three.

    `base` counts how often the post had been edited when the edit was begun."""

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
        """Where it goes on."""
        if self.thread_id:
            return f"{reverse('thread', args=[self.thread_id])}#reply"
        return (
            reverse("edit_post", args=[self.post_id]) if self.post_id else reverse("new_thread", args=[self.group_id])
        )

    def is_of(self, tab: UUID | None, body: str) -> bool:
        """Whether it holds nothing but what that window has sent."""
        return (tab is not None and self.tab == tab) or self.body.strip() in ("", body.strip())

    @property
    def body(self) -> str:
        """The text in it."""
        return self.typed.get("body", "")

    @property
    def not_chosen(self) -> list[dict]:
        """The texts that were not chosen where two windows differed, the latest first."""
        return [
            {"at": datetime.fromisoformat(each["at"]), "fields": [("", each["typed"].get("body", ""))]}
            for each in reversed(self.set_aside)
        ]


def _wait_for(author) -> None:
    """Let what one person posts and saves happen one after the other, until the transaction ends."""
    get_user_model().objects.select_for_update(no_key=True).filter(pk=author.pk).first()
