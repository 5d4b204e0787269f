"""The exceptions for violated rules of groups, and the sentences that explain them to users. These are written only
here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from readlist_site.base.languages.direction import isolated

# Placeholders name facts of the exception: of a person the first name is shown, of a topic its short name.
SENTENCES: dict[str, Promise] = {
    # Groups and their members
    "group_archived": _("%(group)s is archived. You can read everything in it, but you can’t change anything."),
    "not_a_member": _("You are not a member of %(group)s."),
    "not_the_owner": _("You don’t own this group any more."),
    "handle_taken": _("Another member has the handle %(handle)s, or one that looks like it. Choose another."),
    "owner_cannot_leave": _("You own the group. Transfer its ownership to another member first. Then you can leave."),
    "may_not_remove": _("You can’t remove %(person)s."),
    "new_owner_has_left": _("%(new_owner)s has left the group."),
    "list_not_published": _("The list %(list)s is no longer published, so a group can’t choose it."),
    "list_is_fixed": _("A member has just submitted a summary, so you can’t change the group’s list any more."),
    "may_not_invite": _("Only owner and moderators of %(group)s can invite people now."),
    "invitation_closed": _("This invitation link no longer works."),
    # Submissions
    "topic_not_on_list": _("%(topic)s is not on the list that %(group)s reads."),
    "revision_already_submitted": _("The group already has revision %(number)s."),
    "accepted_cannot_be_withdrawn": _("Your summary is accepted. You can remove it from the playbook instead."),
    "may_not_resolve": _("Only the member who wrote a comment and moderators can resolve or reopen it."),
    "may_not_delete_reply": _("Only the author and moderators can delete a reply."),
    "comment_of_another_submission": _("This comment belongs to another submission."),
    # Threads and posts
    "may_not_change_thread": _("Only moderators and the member who started the thread can change it."),
    "question_is_no_answer": _("The post that asks the question can’t be its answer. Mark a reply."),
    "may_not_pin_thread": _("Only moderators can pin a thread."),
    "thread_closed": _("The thread was closed. You can read it, but you can’t reply."),
    "may_not_delete_post": _("Only the author and moderators can delete a post."),
    # Reports
    "own_cannot_be_reported": _("This is your own. You can change or delete it yourself."),
    "reported_is_gone": _("It was deleted, or its author has left the group."),
    "nobody_handles_report": _(
        "What %(person)s writes can’t be reported here. This group has no other moderator, and this site has no other "
        "administrator. You can mute %(person)s on the members page."
    ),
    "may_not_handle_report": _("This can’t be done any more for this report. Choose another option."),
    # Reviews
    "not_your_summary": _("Only the author can ask for reviews of a summary."),
    "has_paused": _("%(person)s has paused reviews or left the group."),
    "reviews_already": _("%(person)s is already reviewing this revision."),
    "has_declined": _("%(person)s declined to review this revision."),
    "own_summary": _("You can’t review your own summary."),
    "author_left": _("The author has left the group."),
    "suggested_edit_changed": _("The reviewer has changed or deleted this edit."),
    "submission_withdrawn": _("The author has withdrawn this submission."),
    "newer_revision": _("The author has submitted a newer revision."),
    "already_reviewed": _("You have already reviewed revision %(number)s."),
    "already_accepted": _("This revision is already accepted."),
    "claim_limit": _("You’re already reviewing two summaries. Finish or release one first."),
    "claim_expired": _("Your time for this review ran out, and another member has taken it."),
    "slot_taken": _("Other members are reviewing this revision by now, so you can’t edit your review."),
}


class RuleViolation(Exception):
    """A rule of a group was violated: a `code`, and the facts that its sentence needs.

    `str()` returns the sentence of `SENTENCES`, in the active language."""

    def __init__(self, code: str, **facts) -> None:
        super().__init__(code)
        self.code, self.facts = str(code), facts

    def __str__(self) -> str:
        return str(SENTENCES[self.code]) % {name: isolated(_shown(fact)) for name, fact in self.facts.items()}


def _shown(fact: object) -> object:
    """Return what a sentence says of a fact."""
    return getattr(fact, "first_name", None) or getattr(fact, "short_name", None) or fact


class ClaimLimitReached(RuleViolation):
    """The person has already claimed as many reviews as one may."""
