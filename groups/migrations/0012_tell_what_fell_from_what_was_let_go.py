from datetime import timedelta

from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q

# Whoever left was put on record a moment before their requests ended.
A_MOMENT = timedelta(seconds=5)


def tell(apps, schema_editor):
    """What ended in the moment in which its reviewer left or went away fell by that."""
    Review, Absence, Departure = (apps.get_model("groups", name) for name in ("Review", "Absence", "Departure"))
    went_away = Absence.objects.filter(person=OuterRef("reviewer"), since=OuterRef("withdrawn_at"))
    left = Departure.objects.filter(
        person=OuterRef("reviewer"),
        group=OuterRef("round__submission__group"),
        at__lte=OuterRef("withdrawn_at"),
        at__gte=OuterRef("withdrawn_at") - A_MOMENT,
    )
    reviews = Review.objects.using(schema_editor.connection.alias).filter(withdrawn_at__isnull=False)
    fell = reviews.filter(Exists(went_away) | Exists(left))
    reviews.filter(pk__in=list(fell.values_list("pk", flat=True))).update(fell=True)


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0011_have_patience_with_each_text"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="fell",
            field=models.BooleanField(
                default=False, help_text="It ended as its reviewer left or went away, without their word."
            ),
        ),
        migrations.AlterField(
            model_name="review",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, help_text="When a request for changes ended.", null=True),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=Q(fell=False) | Q(withdrawn_at__isnull=False), name="groups_what_fell_has_ended"
            ),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
