import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Greatest


def reckon(apps, schema_editor):
    """A text was shown as its round began; one that took another's place, when it was written."""
    Round, Revision = apps.get_model("groups", "Round"), apps.get_model("notes", "Revision")
    written = Revision.objects.filter(pk=models.OuterRef("revision")).values("created_at")
    rounds = Round.objects.using(schema_editor.connection.alias)
    rounds.update(shown_at=Greatest("submitted_at", models.Subquery(written)))


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0010_say_why_to_each_group"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="shown_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="Since when the group has had this text."
            ),
        ),
        migrations.RunPython(reckon, migrations.RunPython.noop),
    ]
