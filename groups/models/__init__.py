from .acceptance import Acceptance
from .claim import Claim
from .group import Group
from .invitation import Invitation
from .membership import Membership
from .post import Post
from .review import Review, Verdict
from .round import Round
from .submission import Submission
from .thread import Thread

__all__ = [
    "Acceptance",
    "Claim",
    "Group",
    "Invitation",
    "Membership",
    "Post",
    "Review",
    "Round",
    "Submission",
    "Thread",
    "Verdict",
]
