"""Notices become notifications, and a choice becomes an e-mail preference.

Keys, kinds and what was chosen stay as they are. An index or a constraint that names a column is dropped before the column
is renamed and made anew after."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0004_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="notice", name="notices_unseen"),
        migrations.RemoveIndex(model_name="notice", name="notices_not_over"),
        migrations.RemoveIndex(model_name="notice", name="notices_to_mail"),
        migrations.RenameModel(old_name="Notice", new_name="Notification"),
        migrations.RenameField(model_name="notification", old_name="seen_at", new_name="read_at"),
        migrations.RenameField(model_name="notification", old_name="over_at", new_name="obsolete_at"),
        migrations.RenameField(model_name="notification", old_name="held_until", new_name="leased_until"),
        migrations.RenameField(model_name="notification", old_name="held_by", new_name="leased_by"),
        migrations.AlterField(
            model_name="notification",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("obsolete_at", None), ("read_at", None)), fields=["person"], name="notices_unread"
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("obsolete_at", None)), fields=["about"], name="notices_not_obsolete"
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("mailed_at", None), ("obsolete_at", None), ("read_at", None)),
                fields=["person"],
                name="notices_pending_email",
            ),
        ),
        migrations.RemoveConstraint(model_name="choice", name="notices_one_choice_per_kind"),
        migrations.RenameModel(old_name="Choice", new_name="EmailPreference"),
        migrations.AlterField(
            model_name="emailpreference",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="email_preferences",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="emailpreference",
            constraint=models.UniqueConstraint(fields=("person", "kind"), name="notices_one_preference_per_kind"),
        ),
    ]
