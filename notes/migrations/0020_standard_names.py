"""A draft's columns say what they hold: the base revision's number, the page that saved it, what else was typed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notes", "0004_leave_reasons_to_groups")]

    operations = [
        migrations.RemoveConstraint(model_name="draft", name="notes_one_draft_per_base"),
        migrations.RenameField(model_name="draft", old_name="base", new_name="base_number"),
        migrations.RenameField(model_name="draft", old_name="beside", new_name="extra"),
        migrations.RenameField(model_name="draft", old_name="tab", new_name="tab_id"),
        migrations.RenameField(model_name="draft", old_name="set_aside", new_name="alternatives"),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=("author", "topic", "base_number"), name="notes_one_draft_per_base"
            ),
        ),
    ]
