from django.urls import path

from .views import notice, notice_settings, notices, seen, unsubscribe

urlpatterns = [
    path("notifications/", notices, name="notices"),
    path("notifications/<key:pk>/", notice, name="notice"),
    path("notifications/read/", seen, name="notices_seen"),
    path("notifications/settings/", notice_settings, name="notice_settings"),
    path("notifications/unsubscription/<str:token>/", unsubscribe, name="unsubscribe"),
]
