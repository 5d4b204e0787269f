from django.urls import path

from .views.claim import claim, release
from .views.group import group, groups, new_group
from .views.invitation import invitations, join, revoke
from .views.membership import leave, members, membership, rank
from .views.playbook import playbook
from .views.post import edit_post, post, remove_post
from .views.review import review
from .views.reviews import next_review, reviews
from .views.submission import submission, withdraw
from .views.thread import posts, thread
from .views.threads import new_thread, threads

urlpatterns = [
    path("groups/", groups, name="groups"),
    path("groups/new/", new_group, name="new_group"),
    path("groups/<int:pk>/", group, name="group"),
    path("groups/<int:pk>/members/", members, name="members"),
    path("groups/<int:pk>/membership/", membership, name="membership"),
    path("groups/<int:pk>/membership/end/", leave, name="leave"),
    path("groups/<int:pk>/invitations/", invitations, name="invitations"),
    path("memberships/<int:pk>/rank/", rank, name="rank"),
    path("invitations/<int:pk>/revocation/", revoke, name="revoke"),
    path("join/<slug:token>/", join, name="join"),
    path("groups/<int:pk>/reviews/", reviews, name="reviews"),
    path("groups/<int:pk>/reviews/next/", next_review, name="next_review"),
    path("groups/<int:pk>/playbook/", playbook, name="playbook"),
    path("submissions/<int:pk>/", submission, name="submission"),
    path("submissions/<int:pk>/withdrawal/", withdraw, name="withdraw"),
    path("submissions/<int:pk>/claim/", claim, name="claim"),
    path("submissions/<int:pk>/claim/end/", release, name="release"),
    path("submissions/<int:pk>/review/", review, name="review"),
    path("groups/<int:pk>/threads/", threads, name="threads"),
    path("groups/<int:pk>/threads/new/", new_thread, name="new_thread"),
    path("threads/<int:pk>/", thread, name="thread"),
    path("threads/<int:pk>/posts/", posts, name="posts"),
    path("posts/<int:pk>/", post, name="post"),
    path("posts/<int:pk>/edit/", edit_post, name="edit_post"),
    path("posts/<int:pk>/removal/", remove_post, name="remove_post"),
]
