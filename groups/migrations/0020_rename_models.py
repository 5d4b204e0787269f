from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0019_rename_draft_fields"),
    ]

    operations = [
        migrations.RenameModel("Round", "ReviewRound"),
        migrations.RenameModel("Reply", "CommentReply"),
        migrations.RenameModel("FormerReview", "ReviewVersion"),
        migrations.RenameModel("Departure", "MembershipLogEntry"),
        migrations.RenameModel("Arrival", "InvitationUse"),
    ]
