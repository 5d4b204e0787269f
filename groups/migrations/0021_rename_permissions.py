from django.conf import settings
from django.db import migrations

# Each model's old name, its new one, and the new one as permissions say it.
RENAMED = [
    ("round", "reviewround", "review round"),
    ("reply", "commentreply", "comment reply"),
    ("formerreview", "reviewversion", "review version"),
    ("departure", "membershiplogentry", "membership log entry"),
    ("arrival", "invitationuse", "invitation use"),
]
OLD_WORDS = {"round": "round", "reply": "reply", "formerreview": "former review", "departure": "departure",
             "arrival": "arrival"}  # fmt: skip
ACTIONS = ("add", "change", "delete", "view")


def forwards(apps, schema_editor):
    """Rename the content types, where nobody has yet, and the permissions of the renamed models."""
    for old, new, words in RENAMED:
        rename(apps, schema_editor.connection.alias, old, new, words)


def backwards(apps, schema_editor):
    for old, new, _ in RENAMED:
        rename(apps, schema_editor.connection.alias, new, old, OLD_WORDS[old])


def rename(apps, alias, old, new, words):
    """Where the new names are there already (made after another migrate), who has the old permission is given the new
    one, and the old one goes."""
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias).filter(app_label="groups")
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    stale, kept = types.filter(model=old).first(), types.filter(model=new).first()
    if stale and not kept:
        types.filter(pk=stale.pk).update(model=new)
        stale, kept = None, stale
    if kept is None:
        return
    for action in ACTIONS:
        name = {"codename": f"{action}_{new}", "name": f"Can {action} {words}", "content_type": kept.pk}
        for before in permissions.filter(content_type__in=filter(None, [stale, kept]), codename=f"{action}_{old}"):
            after = permissions.filter(content_type=kept, codename=name["codename"]).first()
            if after is None:
                permissions.filter(pk=before.pk).update(**name)
            else:
                hand_on(apps, alias, before, after)
                before.delete()
    if stale:
        stale.delete()


def hand_on(apps, alias, before, after):
    """Give one permission to every duty and every person that has the other."""
    user = apps.get_model(settings.AUTH_USER_MODEL)
    for through, owner in (
        (apps.get_model("auth", "Group").permissions.through, "group_id"),
        (user.user_permissions.through, "user_id"),
    ):
        rows = through.objects.using(alias)
        have = set(rows.filter(permission_id=after.pk).values_list(owner, flat=True))
        lack = set(rows.filter(permission_id=before.pk).values_list(owner, flat=True)) - have
        rows.bulk_create(through(**{owner: key, "permission_id": after.pk}) for key in sorted(lack))
        rows.filter(permission_id=before.pk).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0020_rename_models"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
    ]
