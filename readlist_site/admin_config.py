"""The app configuration of Django's admin."""

from django.contrib.admin.apps import AdminConfig


class CuratorAdminConfig(AdminConfig):
    """Uses the curators' site, with its own index page, as the default admin site."""

    default_site = "catalog.admin_site.CuratorSite"
