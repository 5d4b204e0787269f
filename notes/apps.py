from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "notes"
    verbose_name = "Notebooks"

    def ready(self) -> None:
        """Tell the catalogue how its topics and sources are used here. Models can be imported only now."""
        from catalog.resting import App, register

        from . import moving, resting

        register(App(resting.uses, moving.move_source))
