from django.db import migrations, models

_MARK = "Better: "


def take_from_text(apps, schema_editor):
    """Give reports the better link that stands as the last line of their text."""
    reports = apps.get_model("catalog", "Report")
    for report in reports.objects.filter(text__contains=_MARK, better_url="").iterator():
        text, _, last = report.text.rpartition("\n")
        url = last.removeprefix(_MARK)
        if last.startswith(_MARK) and len(url) <= 500 and not any(letter.isspace() for letter in url):
            report.text, report.better_url = text, url
            report.save(update_fields=["text", "better_url"])


class Migration(migrations.Migration):
    dependencies = [("catalog", "0033_role_help")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="better_url",
            field=models.CharField(blank=True, db_default="", default="", max_length=500, verbose_name="better link"),
        ),
        migrations.RunPython(take_from_text, migrations.RunPython.noop, elidable=True),
    ]
