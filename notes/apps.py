from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotesConfig(AppConfig):
    name = "notes"
    verbose_name = _("Notebooks")

    def ready(self) -> None:
        """Registers with the catalogue how topics and sources are used here, and who sees the images in revisions.
        Models can't be imported earlier."""
        from catalog.outline.usage import App, register
        from notes import source_merge, usage
        from notes.revision_image import shows_to_author
        from readlist_site.base.images.image import register_visibility

        register_visibility(shows_to_author)
        register(
            App(
                usage.uses,
                source_merge.move_source,
                source_merge.copy_readings,
                source_merge.copied_readings,
                source_merge.delete_copied_readings,
                usage.answered,
            )
        )
