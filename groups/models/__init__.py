from .absence import Absence
from .acceptance import Acceptance
from .arrival import Arrival
from .ban import Ban
from .claim import Claim
from .departure import Departure
from .draft import PostDraft, ReviewDraft
from .former_review import FormerReview
from .group import Archived, Group
from .guest import Guest
from .invitation import Closed, Invitation
from .membership import Membership, OnlyOwner
from .post import Post
from .reminder import Reminder
from .reply import Reply
from .review import Review, Verdict
from .round import Round
from .skip import Skip
from .submission import Submission
from .thread import Thread

__all__ = [
    "Absence",
    "Acceptance",
    "Archived",
    "Arrival",
    "Ban",
    "Claim",
    "Closed",
    "Departure",
    "FormerReview",
    "Group",
    "Guest",
    "Invitation",
    "Membership",
    "OnlyOwner",
    "Post",
    "PostDraft",
    "Reminder",
    "Reply",
    "Review",
    "ReviewDraft",
    "Round",
    "Skip",
    "Submission",
    "Thread",
    "Verdict",
]
