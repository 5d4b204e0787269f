from django.db import migrations, models

from groups.members.handle import handle_key, make_handle


def add_handles(apps, schema_editor) -> None:
    """Give each member a handle made of their name: those who joined first choose first."""
    model = apps.get_model("groups", "Membership")
    rows = model.objects.filter(handle_key="").select_related("person").order_by("group", "joined_at", "pk")
    model.objects.bulk_update(_with_handles(rows.iterator()), ["handle", "handle_key"], batch_size=500)


def _with_handles(memberships) -> list:
    group, taken, made = None, set(), []
    for each in memberships:
        if each.group_id != group:
            group, taken = each.group_id, set()
        each.handle = make_handle(each.person.display_name, taken)
        each.handle_key = handle_key(each.handle)
        taken.add(each.handle_key)
        made.append(each)
    return made


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0035_follow_by_posting"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="handle",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Others in the group mention you by it: @handle.",
                max_length=30,
                verbose_name="handle",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="handle_key",
            field=models.CharField(
                db_default="", default="", editable=False, help_text="Unique in the group.", max_length=60
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="mentions",
            field=models.JSONField(
                editable=False,
                help_text="The keys of the people whom it mentions, by the handle as it is written.",
                null=True,
            ),
        ),
        migrations.RunPython(add_handles, migrations.RunPython.noop, elidable=False),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("handle_key", ""), _negated=True),
                fields=("group", "handle_key"),
                name="groups_one_handle_of_a_kind",
            ),
        ),
    ]
