from django.urls import path

from groups.members.views.absence import pause, resume
from groups.members.views.invitation import invitations, join, revoke
from groups.members.views.membership import (
    leave,
    members,
    membership,
    remove_member,
    set_role,
    transfer_ownership,
    unban,
)
from groups.members.views.settings import archive, group_settings, reopen
from groups.overview.views.group import group, groups, new_group
from groups.overview.views.submission import remove_from_playbook, submission, withdraw
from groups.playbook.views import export_playbook, playbook
from groups.reviews.views.claim import claim, release
from groups.reviews.views.review import review
from groups.reviews.views.review_draft import review_draft
from groups.reviews.views.review_edit import edit_review, withdraw_change_request
from groups.reviews.views.review_queue import next_review, reviews
from groups.reviews.views.review_updates import review_updates
from groups.reviews.views.skip import skip
from groups.threads.views.post import delete_post, edit_post, post
from groups.threads.views.post_draft import edit_draft, reply_draft, thread_draft
from groups.threads.views.thread import posts, thread
from groups.threads.views.thread_list import new_thread, threads

urlpatterns = [
    path("groups/", groups, name="groups"),
    path("groups/new/", new_group, name="new_group"),
    path("groups/<key:pk>/", group, name="group"),
    path("groups/<key:pk>/members/", members, name="members"),
    path("groups/<key:pk>/membership/", membership, name="membership"),
    path("groups/<key:pk>/membership/cancel/", leave, name="leave"),
    path("groups/<key:pk>/invitations/", invitations, name="invitations"),
    path("groups/<key:pk>/settings/", group_settings, name="group_settings"),
    path("groups/<key:pk>/archive/", archive, name="archive"),
    path("groups/<key:pk>/archive/cancel/", reopen, name="reopen"),
    path("memberships/<key:pk>/role/", set_role, name="set_role"),
    path("memberships/<key:pk>/ownership-transfer/", transfer_ownership, name="transfer_ownership"),
    path("memberships/<key:pk>/removal/", remove_member, name="remove_member"),
    path("bans/<key:pk>/cancel/", unban, name="unban"),
    path("absence/", pause, name="pause"),
    path("absence/cancel/", resume, name="resume"),
    path("invitations/<key:pk>/revocation/", revoke, name="revoke"),
    path("invitations/<slug:token>/", join, name="join"),
    path("groups/<key:pk>/reviews/", reviews, name="reviews"),
    path("groups/<key:pk>/reviews/next/", next_review, name="next_review"),
    path("groups/<key:pk>/playbook/", playbook, name="playbook"),
    path("groups/<key:pk>/playbook.md", export_playbook, name="export_playbook"),
    path("submissions/<key:pk>/", submission, name="submission"),
    path("submissions/<key:pk>/withdrawal/", withdraw, name="withdraw"),
    path("submissions/<key:pk>/claim/", claim, name="claim"),
    path("submissions/<key:pk>/claim/cancel/", release, name="release"),
    path("submissions/<key:pk>/playbook-removal/", remove_from_playbook, name="remove_from_playbook"),
    path("submissions/<key:pk>/skip/", skip, name="skip"),
    path("submissions/<key:pk>/review/", review, name="review"),
    path("submissions/<key:pk>/review/draft/", review_draft, name="review_draft"),
    path("submissions/<key:pk>/review/updates/", review_updates, name="review_updates"),
    path("submissions/<key:pk>/review/edit/", edit_review, name="edit_review"),
    path(
        "submissions/<key:pk>/review/change-request/withdrawal/",
        withdraw_change_request,
        name="withdraw_change_request",
    ),
    path("groups/<key:pk>/threads/", threads, name="threads"),
    path("groups/<key:pk>/threads/new/", new_thread, name="new_thread"),
    path("groups/<key:pk>/threads/draft/", thread_draft, name="thread_draft"),
    path("threads/<key:pk>/", thread, name="thread"),
    path("threads/<key:pk>/posts/", posts, name="posts"),
    path("threads/<key:pk>/draft/", reply_draft, name="reply_draft"),
    path("posts/<key:pk>/", post, name="post"),
    path("posts/<key:pk>/edit/", edit_post, name="edit_post"),
    path("posts/<key:pk>/draft/", edit_draft, name="edit_draft"),
    path("posts/<key:pk>/deletion/", delete_post, name="delete_post"),
]
