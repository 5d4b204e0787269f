import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0032_import_base_of_a_list"),
        ("groups", "0036_mentions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ThreadLogEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("renamed", "Renamed"),
                            ("moved", "Moved"),
                            ("kind", "Kind"),
                            ("pinned", "Pinned"),
                            ("unpinned", "Unpinned"),
                            ("closed", "Closed"),
                            ("reopened", "Reopened"),
                            ("answered", "Answered"),
                            ("unanswered", "Unanswered"),
                        ],
                        max_length=10,
                    ),
                ),
                ("detail", models.CharField(blank=True, help_text="The former title, or the reason.", max_length=300)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="thread",
            name="answer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                help_text="The post that answers it, of a question.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="groups.post",
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="closed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="thread",
            name="closed_reason",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name="thread",
            name="kind",
            field=models.CharField(
                choices=[("discussion", "Discussion"), ("question", "Question")],
                db_default="discussion",
                default="discussion",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="pinned_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(
                condition=models.Q(("pinned_at__isnull", False)),
                fields=["group", "-latest_id"],
                name="groups_thread_pinned",
            ),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["discussion", "question"])), name="groups_thread_kind_known"
            ),
        ),
        migrations.AddField(
            model_name="threadlogentry",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="threadlogentry",
            name="group",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="thread_log",
                to="groups.group",
            ),
        ),
        migrations.AddField(
            model_name="threadlogentry",
            name="thread",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="log", to="groups.thread"
            ),
        ),
        migrations.AddIndex(
            model_name="threadlogentry",
            index=models.Index(fields=["group", "-id"], name="groups_thread_log_of_group"),
        ),
    ]
