from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "readlist_site.pages"
    label = "pages"
