"""Django's admin as this project runs it."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """The admin whose first page is the curators'."""

    default_site = "catalog.desk.CuratorsSite"
