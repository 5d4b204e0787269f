from datetime import timedelta

from django.db import migrations
from django.db.models import Exists, OuterRef, Q

# Whoever left was put on record a moment before their requests ended.
A_MOMENT = timedelta(seconds=5)
BATCH = 500


def forwards(apps, schema_editor):
    """Write the new values: request_changes, not_sure, and why each request for changes ended."""
    alias = schema_editor.connection.alias
    rename_values(apps, alias, {"changes": "request_changes"}, {"cant_tell": "not_sure"}, {"word": "value"})
    say_why_requests_ended(apps, alias)


def backwards(apps, schema_editor):
    alias = schema_editor.connection.alias
    rename_values(apps, alias, {"request_changes": "changes"}, {"not_sure": "cant_tell"}, {"value": "word"})
    ended = apps.get_model("groups", "Review").objects.using(alias).exclude(change_request_ended_because="")
    ended.exclude(change_request_ended_because="withdrawn").update(fell=True)
    ended.update(change_request_ended_because="")


def rename_values(apps, alias, decisions, verdicts, keys):
    """In the columns, in the earlier versions of reviews and in drafts of reviews, also in texts set aside there."""
    for model in ("Review", "ReviewVersion"):
        for old, new in decisions.items():
            apps.get_model("groups", model).objects.using(alias).filter(decision=old).update(decision=new)
    for old, new in verdicts.items():
        apps.get_model("groups", "Verdict").objects.using(alias).filter(value=old).update(value=new)

    def said(verdict):
        named = {keys.get(name, name): value for name, value in verdict.items()}
        key = next(iter(keys.values()))
        return named | ({key: verdicts.get(named[key], named[key])} if key in named else {})

    def typed(fields):
        return {
            name: verdicts.get(text, text) if name.startswith("verdict_") and isinstance(text, str) else text
            for name, text in fields.items()
        }

    rewrite(
        apps.get_model("groups", "ReviewVersion").objects.using(alias),
        {"verdicts": lambda each: [said(verdict) for verdict in each.verdicts]},
    )
    drafts = apps.get_model("groups", "ReviewDraft")
    # What was not chosen of two texts, by either name of its column.
    aside = "alternatives" if hasattr(drafts, "alternatives") else "set_aside"
    rewrite(
        drafts.objects.using(alias),
        {
            "typed": lambda each: typed(each.typed),
            aside: lambda each: [
                {**text, "typed": typed(text["typed"])} if "typed" in text else text for text in getattr(each, aside)
            ],
        },
    )


def rewrite(rows, columns):
    """Set these columns of the rows in which something changes."""
    changed = []
    for each in rows.order_by("pk").iterator(chunk_size=BATCH):
        values = {name: value(each) for name, value in columns.items()}
        if any(getattr(each, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(each, name, value)
            changed.append(each)
        if len(changed) == BATCH:
            rows.bulk_update(changed, columns)
            changed.clear()
    rows.bulk_update(changed, columns)


def say_why_requests_ended(apps, alias):
    """A request that did not fall was withdrawn. One fell because another claim was taken in its round in that moment,
    or as its reviewer left, which is on record, or paused. Of those who have come back since no absence tells any more:
    who is still a member had paused, who is not had left."""
    names = ("Review", "Claim", "MembershipLogEntry", "Membership", "Absence")
    models = {name: apps.get_model("groups", name) for name in names}
    ended = models["Review"].objects.using(alias).filter(withdrawn_at__isnull=False)
    ended.filter(fell=False).update(change_request_ended_because="withdrawn")
    of_the_reviewer = {"person": OuterRef("reviewer"), "group": OuterRef("round__submission__group")}
    taken = models["Claim"].objects.filter(round=OuterRef("round"), taken_at=OuterRef("withdrawn_at"))
    left = models["MembershipLogEntry"].objects.filter(
        **of_the_reviewer, at__lte=OuterRef("withdrawn_at"), at__gte=OuterRef("withdrawn_at") - A_MOMENT
    )
    paused = models["Absence"].objects.filter(person=OuterRef("reviewer"), since=OuterRef("withdrawn_at"))
    member = models["Membership"].objects.filter(**of_the_reviewer)
    for because, condition in (
        ("reviewer_paused", Q(Exists(paused))),
        ("reviewer_left", Q(Exists(left))),
        ("slot_taken", Q(Exists(taken))),
        ("reviewer_paused", Q(Exists(member))),
        ("reviewer_left", Q()),
    ):
        fell = ended.filter(condition, fell=True, change_request_ended_because="")
        ended.filter(pk__in=list(fell.values_list("pk", flat=True))).update(change_request_ended_because=because)


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0022_rename_fields"),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
    ]
