from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "notes"
    verbose_name = "Notebooks"

    def ready(self) -> None:
        """Tell the catalogue how its topics and sources are used here. Models can be imported only now."""
        from catalog.outline.usage import App, register
        from notes import source_merge, usage

        register(App(usage.uses, source_merge.move_source))
