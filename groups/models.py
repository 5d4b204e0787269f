"""Imports the modules with models, so that Django registers them."""

from groups.members import absence, ban, group, invitation, membership, membership_log, mute
from groups.reports import report
from groups.reviews import (
    acceptance_record,
    claim,
    comment_thread,
    reminder,
    reply,
    review,
    review_draft,
    review_request,
    review_round,
    review_version,
    skip,
    submission,
    verdict,
)
from groups.threads import (
    follow,
    post,
    post_draft,
    post_image,
    post_version,
    reaction,
    read_position,
    thread,
    thread_log,
)
from groups.webhooks import delivery, webhook
