from django.apps import AppConfig


class RunConfig(AppConfig):
    """Holds the commands that start, keep and look after an instance."""

    name = "readlist_site.run"
    label = "run"
