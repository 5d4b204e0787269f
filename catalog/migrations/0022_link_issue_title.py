"""A link issue is called so in the admin, and in the names of its permissions."""

from django.db import migrations

TITLES = "doubtful link", "link issue"


def rename(apps, using: str, old: str, new: str) -> None:
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for permission in permissions.filter(content_type__app_label="catalog", name__endswith=f" {old}"):
        permission.name = permission.name.replace(old, new)
        permission.save(using=using, update_fields=["name"])


def forwards(apps, schema_editor) -> None:
    rename(apps, schema_editor.connection.alias, *TITLES)


def backwards(apps, schema_editor) -> None:
    rename(apps, schema_editor.connection.alias, *reversed(TITLES))


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0021_rename_permissions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="linkissue", options={"ordering": ["found_at", "pk"], "verbose_name": "link issue"}
        ),
        migrations.RunPython(forwards, backwards, elidable=False),
    ]
