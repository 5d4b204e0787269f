from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """After the data, so that PostgreSQL has no checks of it still to make when the tables change."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("groups", "0003_name_one_owner"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="membership", name="groups_rank_known"),
        migrations.AlterField(
            model_name="membership",
            name="rank",
            field=models.CharField(
                choices=[("moderator", "moderator"), ("member", "member")], default="member", max_length=10
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__in", ["moderator", "member"])), name="groups_rank_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner__isnull", False), ("archived_at__isnull", False), _connector="OR"),
                name="groups_group_has_owner",
            ),
        ),
    ]
