"""The dates of each reading become its first pass."""

from django.db import migrations
from django.db.models import Q

BATCH = 1000


def add_first_passes(apps, schema_editor):
    """Adds a pass for each reading that has dates and no pass. Can be run again."""
    Reading, ReadingPass = apps.get_model("notes", "Reading"), apps.get_model("notes", "ReadingPass")
    dated = Reading.objects.filter(Q(started_at__isnull=False) | Q(finished_at__isnull=False), passes=None)
    passes = [
        ReadingPass(reading_id=key, started_at=started, finished_at=finished)
        for key, started, finished in dated.order_by("pk").values_list("pk", "started_at", "finished_at")
    ]
    ReadingPass.objects.bulk_create(passes, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("notes", "0023_reading_passes")]

    operations = [migrations.RunPython(add_first_passes, migrations.RunPython.noop, elidable=False)]
