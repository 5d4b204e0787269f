"""The permissions of link problems and of steps are called as the admin calls their models."""

from django.db import migrations

# The old and the new name of each model, as in "Can view link issue".
NAMES = {"linkissue": ("link issue", "link problem"), "methodstep": ("method step", "step")}


def rename(apps, using: str, *, back: bool = False) -> None:
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for model, names in NAMES.items():
        old, new = reversed(names) if back else names
        own = permissions.filter(content_type__app_label="catalog", content_type__model=model)
        for permission in own.filter(name__endswith=f" {old}"):
            permission.name = permission.name.removesuffix(old) + new
            permission.save(using=using, update_fields=["name"])


def forwards(apps, schema_editor) -> None:
    rename(apps, schema_editor.connection.alias)


def backwards(apps, schema_editor) -> None:
    rename(apps, schema_editor.connection.alias, back=True)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0027_words")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
