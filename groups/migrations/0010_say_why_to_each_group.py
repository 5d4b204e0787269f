from django.db import migrations, models


def copy_reasons(apps, schema_editor):
    """A revision said why it came to all the groups that it was shown to."""
    Round, Revision = apps.get_model("groups", "Round"), apps.get_model("notes", "Revision")
    reason = Revision.objects.filter(pk=models.OuterRef("revision")).values("why")
    Round.objects.using(schema_editor.connection.alias).update(why=models.Subquery(reason))


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0009_set_aside"),
        ("notes", "0003_set_aside"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="why",
            field=models.CharField(
                blank=True, default="", help_text="One line on why the text changed, for this group.", max_length=200
            ),
            preserve_default=False,
        ),
        migrations.RunPython(copy_reasons, migrations.RunPython.noop),
    ]
