from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "readlist_site.base.notifications"
    label = "notices"
