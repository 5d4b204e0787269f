from django.apps import AppConfig


class AnnouncementsConfig(AppConfig):
    name = "readlist_site.base.announcements"
    label = "announcements"
