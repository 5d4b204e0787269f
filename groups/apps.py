from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "Groups"

    def ready(self) -> None:
        """Register how groups use topics and sources with the catalogue. Models can't be imported before this point."""
        from catalog.outline.usage import App, register
        from groups.overview import usage

        register(App(usage.uses, usage.move_source))
