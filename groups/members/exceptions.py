"""The exceptions for violated rules of groups, and the sentences that explain them to users. These are written only
here."""

from collections.abc import Callable

Sentence = str | Callable[[dict], str]

SENTENCES: dict[str, Sentence] = {
    # Groups and their members
    "group_archived": lambda facts: f"“{facts['group']}” is archived: everything can be read, and nothing changed.",
    "not_a_member": lambda facts: f"You are not a member of “{facts['group']}”.",
    "not_the_owner": "You don’t own this group any more.",
    "owner_cannot_leave": "You own the group. Transfer its ownership to somebody else first; then you can leave.",
    "may_not_remove": lambda facts: f"You may not remove {facts['person'].first_name}.",
    "new_owner_has_left": lambda facts: f"{facts['new_owner'].first_name} has left the group.",
    "list_not_published": lambda facts: f"No new group can read “{facts['list']}”.",
    "list_is_fixed": "A summary has been submitted meanwhile, so the group’s list can’t be changed.",
    "invitation_closed": "This link no longer works.",
    # Submissions
    "topic_not_on_list": lambda facts: (
        f"“{facts['topic'].short_name}” is not on the list that “{facts['group']}” reads."
    ),
    "revision_already_submitted": lambda facts: f"The group has revision {facts['number']} already.",
    "accepted_cannot_be_withdrawn": "Your summary is accepted. You can remove it from the playbook instead.",
    "comment_of_another_submission": "This comment belongs to another submission.",
    # Posts
    "may_not_delete_post": "Only its author and moderators can delete a post.",
    # Reviews
    "own_summary": "You can’t review your own summary.",
    "author_left": "The author has left the group.",
    "submission_withdrawn": "The author has withdrawn this submission.",
    "newer_revision": "The author has submitted a newer revision.",
    "already_reviewed": lambda facts: f"You have reviewed revision {facts['number']} already.",
    "already_accepted": "This revision is accepted already.",
    "claim_limit": "You’re already reviewing two summaries. Finish or release one first.",
    "claim_expired": "Your time for this review ran out, and another member has taken it.",
    "slot_taken": "Other members review this revision by now, so you can’t edit your review.",
}


class RuleViolation(Exception):
    """A rule of a group was violated: a `code`, and the facts that its sentence needs.

    `str()` returns the sentence of `SENTENCES`."""

    def __init__(self, code: str, **facts) -> None:
        super().__init__(code)
        self.code, self.facts = str(code), facts

    def __str__(self) -> str:
        sentence = SENTENCES[self.code]
        return sentence(self.facts) if callable(sentence) else sentence


class ClaimLimitReached(RuleViolation):
    """The person has already claimed as many reviews as one may."""
