from django.apps import AppConfig


class RunConfig(AppConfig):
    """Provides the management commands prepare, render, tick and worker."""

    name = "readlist_site.run"
    label = "run"
