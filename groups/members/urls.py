from django.urls import path

from .views.handle import handle, handles
from .views.invitation import invitations, join, revoke
from .views.membership import members, membership, set_role, transfer_ownership
from .views.mute import mute_member, muted_people
from .views.settings import group_settings

urlpatterns = [
    path("groups/<key:pk>/members/", members, name="members"),
    path("groups/<key:pk>/membership/", membership, name="membership"),
    path("groups/<key:pk>/membership/handle/", handle, name="handle"),
    path("groups/<key:pk>/handles/", handles, name="handles"),
    path("groups/<key:pk>/invitations/", invitations, name="invitations"),
    path("groups/<key:pk>/settings/", group_settings, name="group_settings"),
    path("memberships/<key:pk>/mute/", mute_member, name="mute_member"),
    path("settings/muted/", muted_people, name="muted_people"),
    path("memberships/<key:pk>/role/", set_role, name="set_role"),
    path("memberships/<key:pk>/ownership-transfer/", transfer_ownership, name="transfer_ownership"),
    path("invitations/<key:pk>/revocation/", revoke, name="revoke"),
    path("invitations/<slug:token>/", join, name="join"),
]
