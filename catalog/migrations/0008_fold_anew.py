"""More spellings of an address are known to be one than when the sources were made: give them the keys of today.

Where two turn out to be the same, one takes the key and the others keep theirs, until a curator merges them."""

from django.db import migrations

from ._frozen_url_key import fold


def fold_anew(apps, schema_editor):
    sources = apps.get_model("catalog", "Source").objects.using(schema_editor.connection.alias)
    rows = sources.order_by("pk").values_list("pk", "canonical_url", "url")
    taken = {key: pk for pk, key, _ in rows}
    for pk, old, url in rows:
        try:
            key = fold(url)
        except ValueError:
            continue
        if key != old and taken.setdefault(key, pk) == pk:
            sources.filter(pk=pk).update(canonical_url=key)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_first_doubts")]

    operations = [migrations.RunPython(fold_anew, migrations.RunPython.noop, elidable=True)]
