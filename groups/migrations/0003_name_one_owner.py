import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def name_owners(apps, schema_editor):
    """Who owns a group for the longest time goes on owning it; other owners moderate it. What nobody is in, is archived.

    Where no owner is left (an account was deleted), whoever has the highest rank for the longest time takes over."""
    here = schema_editor.connection.alias
    groups = apps.get_model("groups", "Group").objects.using(here)
    memberships = apps.get_model("groups", "Membership").objects.using(here)
    seniority = models.Case(models.When(rank="owner", then=0), models.When(rank="moderator", then=1), default=2)
    first = memberships.filter(group=models.OuterRef("pk")).order_by(seniority, "joined_at", "pk")
    groups.update(owner=models.Subquery(first.values("person")[:1]))
    groups.filter(owner=None).update(archived_at=timezone.now())
    memberships.filter(rank="owner").update(rank="moderator")
    # Else PostgreSQL refuses to index the new column: checks of what was written are still to be made.
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("groups", "0002_replies_and_drafts"),
    ]

    operations = [
        migrations.AddField(
            model_name="group",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="owned_groups",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="group",
            name="archived_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(name_owners),
    ]
