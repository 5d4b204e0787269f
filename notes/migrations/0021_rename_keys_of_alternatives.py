"""An alternative text is kept by its draft's columns, so its keys follow the column that was renamed."""

from django.db import migrations


def rename_key(apps, schema_editor, old: str, new: str) -> None:
    drafts = apps.get_model("notes", "Draft").objects.using(schema_editor.connection.alias)
    for draft in drafts.exclude(alternatives=[]).only("alternatives").order_by("pk").iterator():
        if any(old in text for text in draft.alternatives):
            draft.alternatives = [
                {new if key == old else key: value for key, value in text.items()} for text in draft.alternatives
            ]
            draft.save(update_fields=["alternatives"])


def forwards(apps, schema_editor) -> None:
    rename_key(apps, schema_editor, "beside", "extra")


def backwards(apps, schema_editor) -> None:
    rename_key(apps, schema_editor, "extra", "beside")


class Migration(migrations.Migration):
    dependencies = [("notes", "0020_standard_names")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
