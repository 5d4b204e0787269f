"""The validator is the model's own again; the first migration keeps a frozen copy. The table stays as it is."""

from django.db import migrations, models

from readlist_site.base.accounts.time_zones import validate_time_zone


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_begin")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="time_zone",
            field=models.CharField(default="UTC", max_length=64, validators=[validate_time_zone]),
        ),
    ]
