from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "Groups"

    def ready(self) -> None:
        """Tell the catalogue what rests on its rows here. Models can be imported only now."""
        from catalog.resting import Room, register

        from . import moving, resting

        register(Room("groups", resting.on_topics, resting.on_sources, resting.in_all, moving.move_source))
