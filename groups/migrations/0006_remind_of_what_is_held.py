from datetime import timedelta

from django.db import migrations
from django.utils import timezone


def remind(apps, schema_editor) -> None:
    """Whoever holds a review already hears before it runs out, too."""
    held = apps.get_model("groups", "Claim").objects.filter(ended_at=None, review=None, expires_at__gt=timezone.now())
    reminders = apps.get_model("groups", "Reminder").objects
    reminders.bulk_create(
        reminders.model(claim_id=claim, next_at=end - timedelta(days=2))
        for claim, end in held.values_list("pk", "expires_at")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0005_remind"),
    ]

    operations = [
        migrations.RunPython(remind, migrations.RunPython.noop),
    ]
