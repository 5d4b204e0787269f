from django.urls import path

from .views.archive import archive, reopen
from .views.leave import leave, remove_member, unban
from .views.pause import pause, resume

urlpatterns = [
    path("groups/<key:pk>/membership/cancel/", leave, name="leave"),
    path("groups/<key:pk>/archive/", archive, name="archive"),
    path("groups/<key:pk>/archive/cancel/", reopen, name="reopen"),
    path("memberships/<key:pk>/removal/", remove_member, name="remove_member"),
    path("bans/<key:pk>/cancel/", unban, name="unban"),
    path("absence/", pause, name="pause"),
    path("absence/cancel/", resume, name="resume"),
]
