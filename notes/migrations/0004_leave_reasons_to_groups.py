from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("notes", "0003_set_aside"),
        ("groups", "0010_say_why_to_each_group"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="revision",
            name="why",
        ),
    ]
