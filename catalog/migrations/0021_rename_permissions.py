"""Permissions follow their renamed models: Django renames a model's content type with it, and leaves its permissions.

Who holds a permission, by a group or by themselves, keeps it. Where permissions of the new name are there already (made
after a migration that stopped between the two), what is held of the old one moves to them."""

from django.conf import settings
from django.db import migrations

MODELS = {
    ("doubt", "doubtful link"): ("linkissue", "doubtful link"),
    ("second", "second"): ("suggestionvote", "suggestion vote"),
    ("nextcheck", "next check"): ("linkschedule", "link schedule"),
}


def rename(apps, using: str, old: str, new: str, new_title: str) -> None:
    permissions = apps.get_model("auth", "Permission").objects.using(using).filter(content_type__app_label="catalog")
    for verb in ("add", "change", "delete", "view"):
        left = permissions.filter(codename=f"{verb}_{old}").first()
        if left is None:
            continue
        there = permissions.filter(codename=f"{verb}_{new}").first()
        if there is None:
            left.codename, left.name = f"{verb}_{new}", f"Can {verb} {new_title}"
            left.save(using=using, update_fields=["codename", "name"])
        else:
            there.group_set.add(*left.group_set.all())
            there.user_set.add(*left.user_set.all())
            left.delete(using=using)


def forwards(apps, schema_editor) -> None:
    for (old, _), (new, new_title) in MODELS.items():
        rename(apps, schema_editor.connection.alias, old, new, new_title)


def backwards(apps, schema_editor) -> None:
    for (old, old_title), (new, _) in MODELS.items():
        rename(apps, schema_editor.connection.alias, new, old, old_title)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0020_standard_names"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
