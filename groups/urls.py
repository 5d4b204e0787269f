from django.urls import path

from .views.away import away, back
from .views.claim import claim, release
from .views.correction import correction, let_go
from .views.group import group, groups, new_group
from .views.invitation import invitations, join, revoke
from .views.membership import leave, lift, members, membership, ownership, rank, removal
from .views.playbook import playbook, playbook_file
from .views.post import edit_post, post, remove_post
from .views.post_draft import edit_draft, reply_draft, thread_draft
from .views.review import review
from .views.review_draft import review_draft
from .views.review_news import review_news
from .views.reviews import next_review, reviews
from .views.settings import archive, group_settings, reopen
from .views.skip import skip
from .views.submission import retract, submission, withdraw
from .views.thread import posts, thread
from .views.threads import new_thread, threads

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
    path("memberships/<key:pk>/role/", rank, name="rank"),
    path("memberships/<key:pk>/ownership-transfer/", ownership, name="ownership"),
    path("memberships/<key:pk>/removal/", removal, name="removal"),
    path("bans/<key:pk>/cancel/", lift, name="lift"),
    path("absence/", away, name="away"),
    path("absence/cancel/", back, name="back"),
    path("invitations/<key:pk>/revocation/", revoke, name="revoke"),
    path("invitations/<slug:token>/", join, name="join"),
    path("groups/<key:pk>/reviews/", reviews, name="reviews"),
    path("groups/<key:pk>/reviews/next/", next_review, name="next_review"),
    path("groups/<key:pk>/playbook/", playbook, name="playbook"),
    path("groups/<key:pk>/playbook.md", playbook_file, name="playbook_file"),
    path("submissions/<key:pk>/", submission, name="submission"),
    path("submissions/<key:pk>/withdrawal/", withdraw, name="withdraw"),
    path("submissions/<key:pk>/claim/", claim, name="claim"),
    path("submissions/<key:pk>/claim/cancel/", release, name="release"),
    path("submissions/<key:pk>/playbook-removal/", retract, name="retract"),
    path("submissions/<key:pk>/skip/", skip, name="skip"),
    path("submissions/<key:pk>/review/", review, name="review"),
    path("submissions/<key:pk>/review/draft/", review_draft, name="review_draft"),
    path("submissions/<key:pk>/review/updates/", review_news, name="review_news"),
    path("submissions/<key:pk>/review/edit/", correction, name="correct"),
    path("submissions/<key:pk>/review/change-request/withdrawal/", let_go, name="let_go"),
    path("groups/<key:pk>/threads/", threads, name="threads"),
    path("groups/<key:pk>/threads/new/", new_thread, name="new_thread"),
    path("groups/<key:pk>/threads/draft/", thread_draft, name="thread_draft"),
    path("threads/<key:pk>/", thread, name="thread"),
    path("threads/<key:pk>/posts/", posts, name="posts"),
    path("threads/<key:pk>/draft/", reply_draft, name="reply_draft"),
    path("posts/<key:pk>/", post, name="post"),
    path("posts/<key:pk>/edit/", edit_post, name="edit_post"),
    path("posts/<key:pk>/draft/", edit_draft, name="edit_draft"),
    path("posts/<key:pk>/deletion/", remove_post, name="remove_post"),
]
