"""What the facts said of links before there were doubts: each is opened once, as importing the facts does."""

from django.db import migrations


def open_doubts(apps, schema_editor):
    using = schema_editor.connection.alias
    sources = apps.get_model("catalog", "Source").objects.using(using)
    doubts = apps.get_model("catalog", "Doubt").objects.using(using)
    elsewhere = sources.filter(leads_to_listed="no")
    unconfirmed = sources.filter(leads_to_listed="unknown").exclude(link_note="", better_url="")
    for kind, found in (("elsewhere", elsewhere), ("unconfirmed", unconfirmed)):
        doubts.bulk_create(
            [
                doubts.model(source=source, kind=kind, note=source.link_note[:2000], better_url=source.better_url)
                for source in found.filter(doubts=None).order_by("pk")
            ]
        )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_source_alias")]

    operations = [migrations.RunPython(open_doubts, migrations.RunPython.noop, elidable=True)]
