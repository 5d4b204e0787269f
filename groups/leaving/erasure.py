"""What becomes of a person's part in groups when their account is deleted: they leave all groups, those they own get
another owner, and their texts are erased if they ask for it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from groups.members.ban import Ban
from groups.members.group import Group
from groups.members.membership_log import MembershipLogEntry
from groups.members.notifications import forget_member
from groups.reviews.comment_thread import CommentMessage
from groups.reviews.notifications import forget_name, resolve_erased_messages
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.review_version import ReviewVersion
from groups.reviews.submission import Submission
from groups.reviews.typed_words import without_quotes
from groups.reviews.verdict import Verdict
from groups.threads.notifications import forget_poster, forget_titles, resolve_erased
from groups.threads.post import Post
from groups.threads.post_image import PostImage
from groups.threads.post_version import PostVersion
from groups.threads.thread import Thread
from groups.threads.thread_log import ThreadLogEntry
from readlist_site.base.accounts.models import User
from readlist_site.base.text import RENDERER_VERSION, render
from readlist_site.base.text.deleted_text import DELETED_TEXT

from .archive import archive_after_last_member
from .leave import leave_group


def shared_revisions(author: User) -> QuerySet:
    """Return the keys of a person's revisions that a group can read."""
    return ReviewRound.objects.filter(submission__summary__author=author).order_by().values("revision").distinct()


def lock_groups_of(person: User, *, texts: bool) -> list[Group]:
    """Lock the groups that a person is in or owns, in the order of their keys, and return them. With `texts` also those
    in which they have ever been or written."""
    found = Q(memberships__person=person) | Q(owner=person)
    if texts:
        for name in (
            "submissions__summary__author",
            "submissions__rounds__reviews__reviewer",
            "submissions__rounds__comment_threads__messages__author",
            "threads__posts__author",
            "membership_log__person",
        ):
            found |= Q(pk__in=Group.objects.filter(**{name: person}).order_by().values("pk"))
    groups = list(Group.objects.filter(found).order_by("pk").distinct())
    for group in groups:
        group.lock()
    return groups


def leave_all_groups(person: User, groups: Iterable[Group]) -> list[Group]:
    """End a person's memberships and ownerships in these locked groups; what they wrote stays. Return the groups that
    they owned and in which nobody is left: these are archived, and nobody can open them."""
    ended = []
    for group in groups:
        owned = group.owner_id == person.pk
        if owned and (following := group.memberships.in_succession_to(person).select_related("person").first()):
            group.transfer_ownership(following.person)
        elif owned:
            archive_after_last_member(group, person)
            ended.append(group)
        if membership := group.membership_of(person):
            leave_group(membership)
    return ended


def forget_in_notifications(person: User) -> None:
    """Remove a person's name from the notifications of others about membership, reviews and posts."""
    submissions = Submission.objects.filter(summary__author=person).only("pk", "group_id")
    forget_member(person)
    forget_poster(person)
    forget_name(person, {each.notification_key for each in submissions})


def erase_texts(person: User, groups: Iterable[Group], ended: Iterable[Group], now: datetime) -> None:
    """Replace what a person wrote in these locked groups: reasons of submissions, replies, reviews and their earlier
    versions, what they said under comments, the words of their answers that reviews quote, posts, titles of threads,
    the names of the groups that have ended with them. Earlier versions of posts are deleted. Reviews keep their
    decision and verdicts. What is in a playbook by them is removed from it."""
    rounds = ReviewRound.objects.filter(submission__summary__author=person)
    rounds.write_acceptances(now)
    rounds.update(why="")
    rounds.remove_from_playbook(now)
    html, now_rendered = render(DELETED_TEXT).html, {"renderer": RENDERER_VERSION}
    replies = CommentReply.objects.filter(round__submission__summary__author=person).exclude(text="")
    replies.update(text=DELETED_TEXT, text_html=html, **now_rendered)
    reviews = Review.objects.filter(reviewer=person)
    reviews.exclude(overall="").update(overall=DELETED_TEXT, overall_html=html, **now_rendered)
    comments = Verdict.objects.filter(review__reviewer=person).exclude(comment="")
    comments.update(comment=DELETED_TEXT, comment_html=html, **now_rendered)
    suggested = Verdict.objects.filter(review__reviewer=person).exclude(suggestion="")
    suggested.update(suggestion="", suggestion_html="")
    _erase_versions(person, html)
    _erase_quotes(person, html)
    said = CommentMessage.objects.filter(author=person)
    said.not_deleted().update(deleted_at=now, deleted_as=CommentMessage.DeletedAs.AUTHOR)
    said.update(body="", body_html="", **now_rendered)
    resolve_erased_messages(person, now)
    Post.objects.filter(author=person).update(
        body=DELETED_TEXT,
        body_html=html,
        mentions=None,
        deleted_at=Coalesce("deleted_at", Value(now)),
        deleted_as=Case(When(deleted_as="", then=Value(Post.DeletedAs.AUTHOR)), default=F("deleted_as")),
        **now_rendered,
    )
    PostVersion.objects.filter(post__author=person).delete()
    PostImage.objects.filter(post__author=person).delete()
    resolve_erased(person, now)
    titled = Thread.objects.filter(opened_by=person)
    forget_titles(titled.only("pk", "group_id"))
    Thread.objects.filter(log__by=person, log__event=ThreadLogEntry.Event.CLOSED).update(closed_reason="")
    ThreadLogEntry.objects.filter(Q(thread__in=titled) | Q(by=person)).update(detail="")
    titled.update(title=DELETED_TEXT)
    Group.objects.filter(pk__in=[group.pk for group in ended]).update(name=DELETED_TEXT)
    Ban.objects.filter(banned_by=person).update(why="")
    MembershipLogEntry.objects.filter(removed_by=person).update(why="")


def _erase_quotes(author: User, html: str) -> None:
    """Replace the words of an author's answers that comments and drafts of reviews quote, and erase the edits of them
    that reviewers suggested, also in earlier versions of reviews."""
    quoted = Verdict.objects.filter(answer__revision__summary__author=author, offset__isnull=False)
    quoted.update(
        quote=DELETED_TEXT, quote_html=html, quote_before="", quote_after="", suggestion="", suggestion_html=""
    )
    drafts = list(ReviewDraft.objects.filter(round__submission__summary__author=author))
    for draft in drafts:
        draft.typed = without_quotes(draft.typed)
        draft.alternatives = [each | {"typed": without_quotes(each["typed"])} for each in draft.alternatives]
    ReviewDraft.objects.bulk_update(drafts, ["typed", "alternatives"], batch_size=500)
    versions = list(ReviewVersion.objects.filter(review__round__submission__summary__author=author))
    for version in versions:
        for verdict in version.verdicts:
            verdict.pop("suggestion", None)
    ReviewVersion.objects.bulk_update(versions, ["verdicts"], batch_size=500)


def _erase_versions(person: User, html: str) -> None:
    versions = list(ReviewVersion.objects.filter(review__reviewer=person))
    for version in versions:
        if version.overall_html:
            version.overall_html = html
        if version.overall:
            version.overall = DELETED_TEXT
        for verdict in version.verdicts:
            if verdict["comment"]:
                verdict["comment"] = html
            if verdict.get("source"):
                verdict["source"] = DELETED_TEXT
            verdict.pop("suggestion", None)
    ReviewVersion.objects.bulk_update(versions, ["overall", "overall_html", "verdicts"], batch_size=500)
