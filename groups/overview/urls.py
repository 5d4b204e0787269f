from django.urls import path

from .views.comment import delete_comment_message, reopen_comment, reply_to_comment, resolve_comment
from .views.feed import feed, feed_address
from .views.group import group, groups, new_group
from .views.submission import submission
from .views.timeline import group_activity, moderation_log

urlpatterns = [
    path("groups/", groups, name="groups"),
    path("groups/new/", new_group, name="new_group"),
    path("groups/<key:pk>/", group, name="group"),
    path("groups/<key:pk>/activity/", group_activity, name="group_activity"),
    path("groups/<key:pk>/log/", moderation_log, name="moderation_log"),
    path("groups/<key:pk>/feed-address/", feed_address, name="feed_address"),
    path("feeds/<slug:token>/", feed, name="feed"),
    path("submissions/<key:pk>/", submission, name="submission"),
    path("submissions/<key:pk>/comments/<str:key>/replies/", reply_to_comment, name="reply_to_comment"),
    path("submissions/<key:pk>/comments/<str:key>/resolution/", resolve_comment, name="resolve_comment"),
    path("submissions/<key:pk>/comments/<str:key>/resolution/cancel/", reopen_comment, name="reopen_comment"),
    path("comment-replies/<key:pk>/deletion/", delete_comment_message, name="delete_comment_message"),
]
