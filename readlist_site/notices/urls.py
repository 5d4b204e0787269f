from django.urls import path

from .views import notice, notice_settings, notices, seen, unsubscribe

urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/<key:pk>/", notice, name="notice"),
    path("notices/seen/", seen, name="notices_seen"),
    path("notices/settings/", notice_settings, name="notice_settings"),
    path("notices/end/<str:token>/", unsubscribe, name="unsubscribe"),
]
