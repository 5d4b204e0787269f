"""Drafts of reviews and posts get the names of `AbstractDraft`'s columns.

The defaults of claims and invitations are the models' own again; the first migration keeps frozen copies. Their tables stay
as they are."""

from django.db import migrations, models

from groups.members.invitation import in_two_weeks, new_token
from groups.reviews.claim import in_three_days


class Migration(migrations.Migration):
    dependencies = [("groups", "0014_say_when_time_accepts")]

    operations = [
        migrations.RenameField(model_name="reviewdraft", old_name="tab", new_name="tab_id"),
        migrations.RenameField(model_name="reviewdraft", old_name="set_aside", new_name="alternatives"),
        migrations.RenameField(model_name="postdraft", old_name="tab", new_name="tab_id"),
        migrations.RenameField(model_name="postdraft", old_name="set_aside", new_name="alternatives"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="claim",
                    name="expires_at",
                    field=models.DateTimeField(default=in_three_days),
                ),
                migrations.AlterField(
                    model_name="invitation",
                    name="token",
                    field=models.CharField(default=new_token, editable=False, max_length=64, unique=True),
                ),
                migrations.AlterField(
                    model_name="invitation",
                    name="expires_at",
                    field=models.DateTimeField(default=in_two_weeks),
                ),
            ]
        ),
    ]
