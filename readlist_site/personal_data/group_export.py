"""The export of a whole group, for its owner: what all of its members have written there."""

from collections.abc import Callable, Iterator

from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from groups.members.ban import Ban
from groups.members.group import Group
from groups.members.membership_log import MembershipLogEntry
from groups.playbook.export import as_markdown
from groups.playbook.playbook import build_playbook, contents_of
from groups.reviews.comment_thread import CommentMessage, CommentThread
from groups.reviews.submission import Submission, submitted_images
from groups.threads.post import Post
from groups.threads.post_image import posted_images
from groups.threads.reaction import Reaction
from groups.threads.thread import Thread
from groups.threads.thread_subject import subject_label
from readlist_site.base.accounts.models import User
from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.job_kind import JobFailed, JobKind
from readlist_site.base.jobs.job_run import JobRun

from .archive import KEPT_FOR, TEMPLATE, Archive, MarkdownText, Row, language_of_export
from .labels import choice, role
from .rows import (
    REVIEW_PREFETCH,
    REVISION_PREFETCH,
    comment_row,
    name_of,
    review_row,
    revision_row,
    round_row,
    versions_of,
)

_CHUNK = 50


def export_group(run: JobRun) -> dict:
    """Writes the file of a group's export. Raises JobFailed ("not_the_owner") unless the job's person owns the group,
    and is in it."""
    person, owned = run.job.person, Group.objects.owned_by(run.job.person)
    group = owned.visible_to(person).select_related("list", "owner").filter(pk=run.job.facts["group"]).first()
    if group is None:
        raise JobFailed("not_the_owner")
    name = "-".join(filter(None, ["readlist", slugify(group.name), str(timezone.localdate())]))
    with (
        timezone.override(person.zone),
        translation.override(language_of_export(run.job)),
        run.create_file(f"{name}.zip") as file,
        Archive(file, run, parts=len(PARTS)) as archive,
    ):
        images = posted_images(group) | submitted_images(group, person)
        archive.add_images(images.order_by("pk").iterator())
        archive.add_text(
            "README.md", render_to_string("personal_data/group_export.md", {"exported_at": timezone.now()})
        )
        archive.add_text("playbook.md", as_markdown(build_playbook(contents_of(group)), parts=[]))
        for part, rows in PARTS.items():
            archive.add(part, rows(group, person))
    return {"group": group.name}


def _still_owns(job: Job) -> bool:
    """Whether the job's person owns the group, and is in it, at the moment."""
    owned = Group.objects.owned_by(job.person).visible_to(job.person)
    return owned.filter(pk=job.facts["group"]).exists()


GROUP_EXPORT = JobKind(
    "group_export",
    _("Export of your group"),
    export_group,
    TEMPLATE,
    kept_for=KEPT_FOR,
    may_fetch=_still_owns,
    is_personal=True,
)


def settings(group: Group, owner: User) -> Iterator[Row]:
    yield {
        "name": group.name,
        "list": group.list.title,
        "owner": name_of(group.owner),
        "created_at": group.created_at,
        "archived_at": group.archived_at,
        "required_reviews": group.required_reviews,
        "claim_days": group.claim_days,
        "single_approval_days": group.single_approval_days,
        "who_can_invite": choice(group, "inviters"),
    }


def members(group: Group, owner: User) -> Iterator[Row]:
    for each in group.members:
        known_as = {"name": name_of(each.person), "handle": each.handle}
        yield {**known_as, "role": role(each.effective_role), "joined_at": each.joined_at}


def former_members(group: Group, owner: User) -> Iterator[Row]:
    ended = MembershipLogEntry.objects.visible_to(owner).filter(group=group).select_related("person", "removed_by")
    for each in ended.order_by("pk"):
        by = each.removed_by and name_of(each.removed_by)
        yield {"name": name_of(each.person), "ended": choice(each, "event"), "at": each.at, "by": by, "why": each.why}
    for each in Ban.objects.visible_to(owner).filter(group=group).select_related("person", "banned_by").order_by("pk"):
        by = {"by": name_of(each.banned_by), "at": each.banned_at, "unbanned_at": each.unbanned_at}
        yield {"banned": name_of(each.person), **by, "why": each.why}


def submissions(group: Group, owner: User) -> Iterator[Row]:
    """As the owner sees them, with all revisions and reviews."""
    shown = Submission.objects.visible_to(owner).filter(group=group).select_related("summary__topic", "summary__author")
    prefetch = [
        "rounds__acceptance",
        "rounds__replies__verdict__answer",
        "rounds__reviews__reviewer",
        "rounds__comment_threads__verdict__answer",
        "rounds__comment_threads__verdict__review__reviewer",
        "rounds__comment_threads__review__reviewer",
        "rounds__comment_threads__resolved_by",
        "rounds__comment_threads__messages__author",
        *(f"rounds__revision__{name}" for name in REVISION_PREFETCH),
        *(f"rounds__reviews__{name}" for name in REVIEW_PREFETCH),
    ]
    for each in shown.prefetch_related(*prefetch).order_by("pk").iterator(_CHUNK):
        yield {
            "topic": each.summary.topic.title,
            "author": name_of(each.summary.author),
            "opened_at": each.opened_at,
            "withdrawn_at": each.withdrawn_at,
            "rounds": [
                {
                    **revision_row(round.revision),
                    **round_row(round, round.replies.all()),
                    "reviews": [
                        {"reviewer": name_of(review.reviewer), **review_row(review)} for review in round.reviews.all()
                    ],
                    "discussions": [_discussion(thread) for thread in round.comment_threads.all()],
                }
                for round in each.rounds.all()
            ],
        }


def _discussion(thread: CommentThread) -> Row:
    """What was said under a comment of a review."""
    return {
        **comment_row(thread),
        "reopened_at": thread.reopened_at,
        "resolved_at": thread.resolved_at,
        "resolved_by": thread.resolved_by and name_of(thread.resolved_by),
        "replies": [_message(message) for message in thread.messages.all()],
    }


def _message(message: CommentMessage) -> Row:
    row = {"author": name_of(message.author), "created_at": message.created_at}
    if message.is_readable:
        return {**row, "text": MarkdownText(message.body)}
    return {**row, "deleted_at": message.deleted_at, "deleted_by": role(message.deleted_as)}


def threads(group: Group, owner: User) -> Iterator[Row]:
    shown = Thread.objects.visible_to(owner).filter(group=group).with_subject().select_related("opened_by")
    for thread in shown.order_by("pk").iterator():
        about = thread.topic or thread.source or thread.submission
        posts = thread.posts.select_related("author").prefetch_related("versions", _reactions_in(group))
        yield {
            "title": thread.title,
            "kind": choice(thread, "kind"),
            "about": subject_label(about) if about else "",
            "opened_by": name_of(thread.opened_by),
            "opened_at": thread.opened_at,
            "pinned_at": thread.pinned_at,
            "closed_at": thread.closed_at,
            "reason": thread.closed_reason,
            "posts": [_post(each, thread) for each in posts.iterator(_CHUNK)],
        }


def _reactions_in(group: Group) -> Prefetch:
    """The reactions to posts as pages show them: those of members."""
    of_members = Reaction.objects.filter(person__in=group.memberships.values("person"))
    return Prefetch("reactions", of_members.select_related("person").order_by("at", "pk"))


def _post(post: Post, thread: Thread) -> Row:
    """Of a deleted post it is told that there was one."""
    row = {"author": name_of(post.author), "created_at": post.created_at, "edited_at": post.edited_at}
    if post.is_readable:
        return {
            **row,
            "is_answer": post.pk == thread.answer_id,
            "text": MarkdownText(post.body),
            "earlier_versions": versions_of(post),
            "reactions": [
                {"name": name_of(each.person), "kind": choice(each, "kind"), "at": each.at}
                for each in post.reactions.all()
            ],
        }
    return {**row, "deleted_at": post.deleted_at, "deleted_by": role(post.deleted_as)}


PARTS: dict[str, Callable[[Group, User], Iterator[Row]]] = {
    part.__name__: part for part in (settings, members, former_members, submissions, threads)
}
