from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = "The reading list"

    def ready(self) -> None:
        """Register the jobs. Models can't be imported before this point."""
        from catalog.imports.upload_jobs import register_upload_jobs

        register_upload_jobs()
