from django.urls import path

from .views.feed import feed, feed_address
from .views.group import group, groups, new_group
from .views.submission import submission

urlpatterns = [
    path("groups/", groups, name="groups"),
    path("groups/new/", new_group, name="new_group"),
    path("groups/<key:pk>/", group, name="group"),
    path("groups/<key:pk>/feed-address/", feed_address, name="feed_address"),
    path("feeds/<slug:token>/", feed, name="feed"),
    path("submissions/<key:pk>/", submission, name="submission"),
]
