"""An address with a DOI in its path is known by the DOI at a publisher's alone: give the others their own keys."""

from django.db import migrations

from ._frozen_url_key import fold


def fold_anew(apps, schema_editor):
    alias = schema_editor.connection.alias
    sources = apps.get_model("catalog", "Source").objects.using(alias)
    aliases = apps.get_model("catalog", "SourceAlias").objects.using(alias)
    for pk, old, url in sources.filter(canonical_url__startswith="doi.org/").values_list("pk", "canonical_url", "url"):
        try:
            key = fold(url)
        except ValueError:
            continue
        taken = sources.filter(canonical_url=key).exists() or aliases.filter(canonical_url=key).exists()
        if key != old and not taken:
            sources.filter(pk=pk).update(canonical_url=key)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_one_visit_per_host")]

    operations = [migrations.RunPython(fold_anew, migrations.RunPython.noop, elidable=True)]
