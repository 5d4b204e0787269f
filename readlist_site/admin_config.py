"""Django's admin as this project runs it."""

from django.contrib.admin.apps import AdminConfig


class CuratorAdminConfig(AdminConfig):
    """The admin whose first page is the curators'."""

    default_site = "catalog.admin_site.CuratorSite"
