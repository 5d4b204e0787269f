import django.db.models.deletion
from django.db import migrations, models

# Constraints that speak of a renamed field or of a value that changes: gone here, back in 0024.
GONE = [
    ("reviewround", "groups_round_requires_at_most_three"),
    ("post", "groups_post_sent_once"),
    ("post", "groups_post_removed_as_somebody"),
    ("ban", "groups_one_standing_ban"),
    ("ban", "groups_ban_lifted_once"),
    ("invitation", "groups_invitation_has_uses"),
    ("membership", "groups_rank_known"),
    ("membershiplogentry", "groups_departure_left_or_removed"),
    ("verdict", "groups_verdict_known"),
    ("commentreply", "groups_reply_word_known"),
    ("commentreply", "groups_who_disagrees_says_why"),
    ("review", "groups_decision_known"),
    ("review", "groups_what_fell_has_ended"),
]

DECISIONS = [("approve", "approved"), ("request_changes", "asked for changes")]


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0021_rename_permissions"),
    ]

    operations = [
        *(migrations.RemoveConstraint(model_name=model, name=name) for model, name in GONE),
        migrations.RenameField("reviewround", "wanted", "required_reviews"),
        migrations.RenameField("post", "once", "idempotency_key"),
        migrations.RenameField("post", "form", "form_id"),
        migrations.RenameField("post", "removed_at", "deleted_at"),
        migrations.RenameField("post", "removed_by", "deleted_by"),
        migrations.RenameField("post", "removed_as", "deleted_as"),
        migrations.RenameField("acceptance", "retracted_at", "removed_from_playbook_at"),
        migrations.RenameField("ban", "lifted_at", "unbanned_at"),
        migrations.RenameField("ban", "lifted_by", "unbanned_by"),
        migrations.RenameField("invitation", "most_uses", "max_uses"),
        migrations.RenameField("membership", "rank", "role"),
        migrations.RenameField("membershiplogentry", "how", "event"),
        migrations.RenameField("skip", "words", "explanation"),
        migrations.RenameField("verdict", "word", "value"),
        migrations.RenameField("commentreply", "word", "response"),
        migrations.AlterModelOptions("reviewversion", {"ordering": ["review", "pk"]}),
        migrations.RenameField("reviewversion", "said_at", "submitted_at"),
        migrations.RenameField("reviewversion", "corrected_at", "replaced_at"),
        migrations.AlterModelOptions("reviewversion", {"ordering": ["review", "replaced_at", "pk"]}),
        migrations.AlterModelOptions("commentreply", {"verbose_name_plural": "comment replies"}),
        migrations.AlterModelOptions(
            "membershiplogentry", {"ordering": ["-at", "-pk"], "verbose_name_plural": "membership log entries"}
        ),
        migrations.AlterField(
            model_name="reviewversion",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="groups.review"
            ),
        ),
        migrations.AlterField(
            model_name="membershiplogentry",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="membership_log", to="groups.group"
            ),
        ),
        migrations.AlterField(
            model_name="invitationuse",
            name="invitation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="groups.invitation"
            ),
        ),
        migrations.AlterField(
            model_name="review",
            name="decision",
            field=models.CharField(choices=DECISIONS, max_length=16),
        ),
        migrations.AlterField(
            model_name="reviewversion",
            name="decision",
            field=models.CharField(choices=DECISIONS, max_length=16),
        ),
        migrations.AlterField(
            model_name="verdict",
            name="value",
            field=models.CharField(
                blank=True,
                choices=[("holds", "it holds"), ("needs_work", "needs work"), ("not_sure", "can’t tell")],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="change_request_ended_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("withdrawn", "withdrawn by its reviewer"),
                    ("reviewer_left", "its reviewer left the group"),
                    ("reviewer_paused", "its reviewer paused reviews"),
                    ("slot_taken", "another reviewer took its slot"),
                ],
                default="",
                help_text="Why a request for changes ended; blank while it has not.",
                max_length=16,
            ),
        ),
    ]
