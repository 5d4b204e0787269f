from django.urls import path

from .views.group import group, groups, new_group
from .views.invitation import invitations, join, revoke
from .views.membership import leave, members, membership, rank

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
]
