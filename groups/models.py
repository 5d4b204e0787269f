"""Imports the models for Django's registry. Each is defined in the module of its concept."""

from groups.members.absence import Absence
from groups.members.ban import Ban
from groups.members.group import Group, GroupArchived
from groups.members.invitation import Guest, Invitation, InvitationClosed, InvitationUse
from groups.members.membership import Membership
from groups.members.membership_log import MembershipLogEntry
from groups.reviews.acceptance import Acceptance
from groups.reviews.claim import ChangeRequestEnd, Claim
from groups.reviews.reminder import Reminder
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review, Verdict
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.review_version import ReviewVersion
from groups.reviews.skip import Skip
from groups.reviews.submission import Submission
from groups.threads.post import Post
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread

__all__ = [
    "Absence",
    "Acceptance",
    "Ban",
    "ChangeRequestEnd",
    "Claim",
    "CommentReply",
    "Group",
    "GroupArchived",
    "Guest",
    "Invitation",
    "InvitationClosed",
    "InvitationUse",
    "Membership",
    "MembershipLogEntry",
    "Post",
    "PostDraft",
    "Reminder",
    "Review",
    "ReviewDraft",
    "ReviewRound",
    "ReviewVersion",
    "Skip",
    "Submission",
    "Thread",
    "Verdict",
]
