"""Answers say whether their line breaks are shown and counted as such. Those there are were counted without."""

from django.db import migrations, models

HELP = "Whether its line breaks are shown and counted. They aren’t in what was submitted before they were."


def flag(default: bool) -> models.BooleanField:
    return models.BooleanField(default=default, db_default=default, editable=False, help_text=HELP)


class Migration(migrations.Migration):
    dependencies = [("notes", "0024_first_passes")]

    operations = [
        migrations.AddField("answer", "line_breaks", flag(False)),
        migrations.AlterField("answer", "line_breaks", flag(True)),
    ]
