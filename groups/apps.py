from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "Groups"

    def ready(self) -> None:
        """Tell the catalogue how its topics and sources are used here. Models can be imported only now."""
        from catalog.outline.usage import App, register
        from groups.overview import usage

        register(App(usage.uses, usage.move_source))
