"""Where each link leads, so that a host is visited by one process at a time."""

from urllib.parse import urlsplit

from django.db import migrations, models


def fill_in(apps, schema_editor):
    checks = apps.get_model("catalog", "NextCheck").objects.using(schema_editor.connection.alias)
    for pk, url in checks.values_list("pk", "source__url"):
        checks.filter(pk=pk).update(host=_host_of(url))


def _host_of(url):
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0011_former_addresses")]

    operations = [
        migrations.AddField(
            model_name="nextcheck",
            name="host",
            field=models.CharField(
                blank=True,
                db_index=True,
                default="",
                help_text="Where the link led when it was last taken up.",
                max_length=500,
            ),
        ),
        migrations.AddField(
            model_name="nextcheck",
            name="held_until",
            field=models.DateTimeField(
                blank=True, help_text="Until when its host is left to who visits it.", null=True
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True),
    ]
