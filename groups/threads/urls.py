from django.urls import path

from .views.follow import follow_settings, follow_thread
from .views.moderation import close_thread, mark_answer, pin_thread, thread_settings
from .views.post import delete_post, edit_post, post
from .views.post_draft import ask_draft, edit_draft, reply_draft, thread_draft
from .views.post_history import post_history
from .views.reaction import react
from .views.thread import mark_unread, posts, thread
from .views.thread_list import ask, mark_all_read, new_thread, threads

urlpatterns = [
    path("groups/<key:pk>/threads/", threads, name="threads"),
    path("groups/<key:pk>/threads/new/", new_thread, name="new_thread"),
    path("groups/<key:pk>/threads/notifications/", follow_settings, name="follow_settings"),
    path("groups/<key:pk>/threads/read/", mark_all_read, name="mark_all_read"),
    path("groups/<key:pk>/threads/draft/", thread_draft, name="thread_draft"),
    path("threads/new/", ask, name="ask"),
    path("threads/draft/", ask_draft, name="ask_draft"),
    path("threads/<key:pk>/", thread, name="thread"),
    path("threads/<key:pk>/posts/", posts, name="posts"),
    path("threads/<key:pk>/unread/", mark_unread, name="mark_unread"),
    path("threads/<key:pk>/settings/", thread_settings, name="thread_settings"),
    path("threads/<key:pk>/closure/", close_thread, name="close_thread"),
    path("threads/<key:pk>/pin/", pin_thread, name="pin_thread"),
    path("threads/<key:pk>/answer/", mark_answer, name="mark_answer"),
    path("threads/<key:pk>/follow/", follow_thread, name="follow_thread"),
    path("threads/<key:pk>/draft/", reply_draft, name="reply_draft"),
    path("posts/<key:pk>/", post, name="post"),
    path("posts/<key:pk>/edit/", edit_post, name="edit_post"),
    path("posts/<key:pk>/history/", post_history, name="post_history"),
    path("posts/<key:pk>/draft/", edit_draft, name="edit_draft"),
    path("posts/<key:pk>/reaction/", react, name="react"),
    path("posts/<key:pk>/deletion/", delete_post, name="delete_post"),
]
