from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0012_tell_what_fell_from_what_was_let_go"),
    ]

    operations = [
        migrations.RenameModel("Round", "ReviewRound"),
        migrations.RenameModel("Reply", "CommentReply"),
        migrations.RenameModel("FormerReview", "ReviewVersion"),
        migrations.RenameModel("Departure", "MembershipLogEntry"),
        migrations.RenameModel("Arrival", "InvitationUse"),
    ]
