from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "readlist_site.notices"
    label = "notices"
