"""`manage.py migrate`: Django's, for one process at a time, and never backwards in time."""

from django.core.management.commands.migrate import Command as MigrateCommand

from readlist_site.run.migration_lock import migration_lock
from readlist_site.run.migration_state import refuse_newer_database


class Command(MigrateCommand):
    help = (
        "Update the database schema. Waits while another process does so, bypasses a pooler "
        "(READLIST_DATABASE_DIRECT_URL), and refuses a database that a newer version has migrated."
    )

    def handle(self, *args, **options) -> None:
        with migration_lock(self.stdout.write):
            refuse_newer_database()
            super().handle(*args, **options)
