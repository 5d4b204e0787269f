from .acceptance import Acceptance
from .claim import Claim
from .group import Group
from .invitation import Closed, Invitation
from .membership import Membership, OnlyOwner
from .post import Post
from .review import Review, Verdict
from .round import Round
from .state import State
from .submission import Submission
from .thread import Thread

__all__ = [
    "Acceptance",
    "Claim",
    "Closed",
    "Group",
    "Invitation",
    "Membership",
    "OnlyOwner",
    "Post",
    "Review",
    "Round",
    "State",
    "Submission",
    "Thread",
    "Verdict",
]
