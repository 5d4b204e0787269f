from django.apps import AppConfig


class Floor(AppConfig):
    name = "tests.bench.floor"
    label = "floor"
