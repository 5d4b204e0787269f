"""Prompts know whether they are standard ones, which lists without prompts of their own have from now on."""

from django.db import migrations, models


def add_standard_prompts(apps, schema_editor) -> None:
    """Add the standard prompts to published lists that have none: without one, no summary can be written."""
    prompts = apps.get_model("catalog", "Prompt").objects
    texts = ["What knob does this give me?", "When does it fail?", "What metric does it affect?"]
    has_prompts = prompts.filter(retired_at=None).values("list")
    for each in apps.get_model("catalog", "ReadingList").objects.filter(status="published").exclude(pk__in=has_prompts):
        for position, text in enumerate(texts, start=1):
            prompts.create(list=each, text=text, position=position, is_standard=True)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0024_job_of_an_upload")]

    operations = [
        migrations.AddField(
            model_name="prompt",
            name="is_standard",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(add_standard_prompts, migrations.RunPython.noop),
    ]
