from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Reading lists and sources")

    def ready(self) -> None:
        """Register the jobs. Models can't be imported before this point."""
        from catalog.imports.upload_jobs import register_upload_jobs

        register_upload_jobs()
