from django.db import migrations, models

# What members follow because they posted there is told apart from what they chose, as far as it can be.
MARK_BY_POSTING = """UPDATE groups_follow SET by_posting = (1 = 1) WHERE thread_id IS NOT NULL AND NOT is_muted AND EXISTS (
    SELECT 1 FROM groups_membership member
    JOIN groups_post post ON post.author_id = member.person_id
    WHERE member.id = groups_follow.membership_id AND post.thread_id = groups_follow.thread_id
)"""
# Who was a member before there were notifications of threads is told of what concerns them, until they choose more.
TELL_WHAT_CONCERNS_THEM = "UPDATE groups_membership SET follow_level = 'mine' WHERE follow_level = 'all'"
# Who joined through a server that didn't know `read_to` has read what was posted before that.
MARK_EARLIER_READ = """UPDATE groups_membership SET read_to = COALESCE((
    SELECT max(post.id) FROM groups_post post JOIN groups_thread thread ON thread.id = post.thread_id
    WHERE thread.group_id = groups_membership.group_id AND post.created_at <= groups_membership.joined_at
), 0) WHERE read_to = 0"""


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0034_comment_threads"),
    ]

    operations = [
        migrations.AddField(
            model_name="follow",
            name="by_posting",
            field=models.BooleanField(
                db_default=False, default=False, help_text="They follow the thread because they posted in it."
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="follow_level",
            field=models.CharField(
                choices=[
                    ("all", "All new threads and replies"),
                    ("mine", "Only threads that you take part in or follow"),
                    ("nothing", "Nothing, except what you follow yourself"),
                ],
                db_default="all",
                default="all",
                editable=False,
                max_length=8,
            ),
        ),
        migrations.RunSQL(MARK_BY_POSTING, migrations.RunSQL.noop),
        migrations.RunSQL(TELL_WHAT_CONCERNS_THEM, migrations.RunSQL.noop),
        migrations.RunSQL(MARK_EARLIER_READ, migrations.RunSQL.noop),
    ]
