from django.apps import AppConfig


class ImagesConfig(AppConfig):
    name = "readlist_site.base.images"
    label = "images"
