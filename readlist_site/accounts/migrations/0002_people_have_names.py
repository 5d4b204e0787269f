from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_begin"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("display_name", ""), _negated=True), name="accounts_person_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_demo", False), models.Q(("is_staff", False), ("is_superuser", False)), _connector="OR"
                ),
                name="accounts_demo_never_staff",
            ),
        ),
    ]
