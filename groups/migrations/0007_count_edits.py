"""Count how often a post was edited; what was edited before anybody counted has been so once."""

from django.db import migrations, models


def once(apps, schema_editor):
    Post = apps.get_model("groups", "Post")
    Post.objects.exclude(edited_at=None).update(edits=1)


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0006_remind_of_what_is_held"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="edits",
            field=models.PositiveIntegerField(default=0, editable=False, help_text="How often it was edited."),
        ),
        migrations.AddField(
            model_name="post",
            name="form",
            field=models.UUIDField(editable=False, help_text="The open page that it was sent from.", null=True),
        ),
        migrations.RunPython(once, migrations.RunPython.noop),
    ]
