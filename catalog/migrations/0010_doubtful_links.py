"""What curators call a doubt."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_visits"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="doubt",
            options={"ordering": ["found_at", "pk"], "verbose_name": "doubtful link"},
        ),
    ]
