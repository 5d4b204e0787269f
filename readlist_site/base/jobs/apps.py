from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "readlist_site.base.jobs"
    label = "jobs"
