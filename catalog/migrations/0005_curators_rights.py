"""What the curators may do with what waits for them."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "Curators"
RIGHTS = {
    "change": ["view"],
    "linkcheck": ["view"],
    "second": ["view"],
    "upload": ["view", "add", "change"],
    "doubt": ["view", "change"],
    "suggestion": ["view", "change"],
    "report": ["view", "change"],
}


def give(apps, schema_editor):
    """Permissions are usually made after all migrations; here they are needed now."""
    using = schema_editor.connection.alias
    create_permissions(installed.get_app_config("catalog"), verbosity=0, using=using, apps=apps)
    curators, _ = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=NAME)
    codenames = [f"{verb}_{model}" for model, verbs in RIGHTS.items() for verb in verbs]
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    curators.permissions.add(*permissions.filter(content_type__app_label="catalog", codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_curation")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop, elidable=False)]
