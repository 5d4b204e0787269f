from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_find_by_thing")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="facts",
            field=models.JSONField(help_text="What its kind's template needs.", null=True),
        ),
        migrations.AlterField(
            model_name="notice",
            name="text",
            field=models.CharField(
                blank=True, default="", help_text="The sentence, where there are no facts.", max_length=300
            ),
        ),
    ]
