"""The curators: who may keep the catalogue in the admin, and nothing else there."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "Curators"
MODELS = ["readinglist", "section", "entry", "source", "prompt", "methodstep"]
# Lists and prompts carry too much to be deleted by hand; of the rest only that on which nothing rests can be.
DELETABLE = ["section", "entry", "source", "methodstep"]


def make_curators(apps, schema_editor):
    """Permissions are usually made after all migrations; here they are needed now."""
    using = schema_editor.connection.alias
    create_permissions(installed.get_app_config("catalog"), verbosity=0, using=using, apps=apps)
    codenames = [f"{verb}_{model}" for verb in ("view", "add", "change") for model in MODELS]
    codenames += [f"delete_{model}" for model in DELETABLE]
    curators, _ = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=NAME)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    curators.permissions.set(permissions.filter(content_type__app_label="catalog", codename__in=codenames))


def forget_curators(apps, schema_editor):
    apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias).filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_begin"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_curators, forget_curators, elidable=False)]
