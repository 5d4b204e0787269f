from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0023_rename_values"),
    ]

    operations = [
        migrations.RemoveField(model_name="review", name="fell"),
        migrations.AddConstraint(
            model_name="reviewround",
            constraint=models.CheckConstraint(
                condition=Q(required_reviews__lte=3), name="groups_round_requires_at_most_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(fields=["author", "idempotency_key"], name="groups_post_sent_once"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=(
                    Q(deleted_at=None, deleted_by=None, deleted_as="")
                    | Q(deleted_at__isnull=False, deleted_as__in=["author", "moderator", "owner"])
                ),
                name="groups_post_removed_as_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="ban",
            constraint=models.UniqueConstraint(
                fields=["group", "person"], condition=Q(unbanned_at=None), name="groups_one_standing_ban"
            ),
        ),
        migrations.AddConstraint(
            model_name="ban",
            constraint=models.CheckConstraint(
                condition=Q(unbanned_at__isnull=False) | Q(unbanned_by=None), name="groups_ban_lifted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=Q(max_uses=None) | Q(max_uses__gte=1), name="groups_invitation_has_uses"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(condition=Q(role__in=["moderator", "member"]), name="groups_rank_known"),
        ),
        migrations.AddConstraint(
            model_name="membershiplogentry",
            constraint=models.CheckConstraint(
                condition=Q(event="removed") | Q(event="left", removed_by=None, why=""),
                name="groups_departure_left_or_removed",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=Q(value__in=["", "holds", "needs_work", "not_sure"]), name="groups_verdict_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="commentreply",
            constraint=models.CheckConstraint(
                condition=Q(response__in=["addressed", "disagree", "later"]), name="groups_reply_word_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="commentreply",
            constraint=models.CheckConstraint(
                condition=~Q(response="disagree", text=""), name="groups_who_disagrees_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=Q(decision__in=["approve", "request_changes"]), name="groups_decision_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=(
                    Q(withdrawn_at=None, change_request_ended_because="")
                    | Q(
                        withdrawn_at__isnull=False,
                        change_request_ended_because__in=[
                            "withdrawn",
                            "reviewer_left",
                            "reviewer_paused",
                            "slot_taken",
                        ],
                    )
                ),
                name="groups_change_request_end_has_reason",
            ),
        ),
    ]
