from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = _("Groups")

    def ready(self) -> None:
        """Register how groups use topics and sources with the catalogue, and who sees the images in texts; have
        triggers that are missing created after each migrate. Models can't be imported before this point."""
        from catalog.outline.usage import App, register
        from groups.overview import usage
        from groups.reviews.submission import submission_shows_to
        from groups.threads.post_image import post_shows_to
        from readlist_site.base.images.image import register_visibility

        register(App(usage.uses, usage.move_source))
        register_visibility(post_shows_to)
        register_visibility(submission_shows_to)
        pre_migrate.connect(_drop_triggers, sender=self)
        post_migrate.connect(_install_triggers, sender=self)


def _drop_triggers(*, using: str, plan: list, **kwargs) -> None:
    """On SQLite a table can't be rebuilt or renamed while triggers refer to it."""
    from groups.threads import latest_post_triggers, membership_triggers

    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        latest_post_triggers.drop(connection)
        membership_triggers.TRIGGERS.drop(connection)


def _install_triggers(*, using: str, **kwargs) -> None:
    from groups.threads import latest_post_triggers, membership_triggers

    latest_post_triggers.install(connections[using])
    membership_triggers.install(connections[using])
