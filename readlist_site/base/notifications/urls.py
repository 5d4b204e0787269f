from django.urls import path

from .views import mark_read, notification, notification_settings, notifications, unsubscribe

urlpatterns = [
    path("notifications/", notifications, name="notifications"),
    path("notifications/<key:pk>/", notification, name="notification"),
    path("notifications/read/", mark_read, name="mark_notifications_read"),
    path("notifications/settings/", notification_settings, name="notification_settings"),
    path("notifications/unsubscription/<str:token>/", unsubscribe, name="unsubscribe"),
]
