"""Each round that can be reviewed says from when time alone accepts it. The rule is written out here as it was then."""

from collections import defaultdict
from datetime import timedelta

from django.db import migrations
from django.utils import timezone


def reckon(apps, schema_editor):
    """Of the rounds that have an approval: those without one are accepted by nobody's patience."""
    alias, now = schema_editor.connection.alias, timezone.now()
    Round, Review, Membership, Absence = (
        apps.get_model("groups", name).objects.using(alias) for name in ("Round", "Review", "Membership", "Absence")
    )
    latest, rounds = {}, defaultdict(list)
    for each in Round.select_related("submission__group", "submission__summary").order_by("pk"):
        latest[each.submission_id] = each
        rounds[each.submission_id].append(each)
    accepted = set(apps.get_model("groups", "Acceptance").objects.using(alias).values_list("round", flat=True))
    members = set(Membership.filter(person__is_active=True).values_list("group", "person"))
    away = {each.person_id: each.until for each in Absence.all() if each.until is None or each.until > now}
    reviews = defaultdict(list)
    for each in Review.select_related("round").order_by("round"):
        reviews[each.round.submission_id].append(each)
    for key, current in latest.items():
        submission = current.submission
        group, author = submission.group, submission.summary.author_id
        is_open = submission.withdrawn_at is None and group.archived_at is None and (group.pk, author) in members
        if not is_open or current.pk in accepted:
            continue
        others = {person for place, person in members if place == group.pk} - {author} - away.keys()
        required = min(current.wanted, len(others))
        approvals = sum(each.decision == "approve" for each in reviews[key] if each.round_id == current.pk)
        enough_at = current.shown_at + timedelta(days=current.single_approval_days)
        spans = []
        for each in reviews[key]:
            person, expires_at = each.reviewer_id, None
            followed = any(one.reviewer_id == person and one.round_id > each.round_id for one in reviews[key])
            if each.decision != "changes" or each.withdrawn_at or followed or (group.pk, person) not in members:
                continue
            if person in away and away[person] is None:
                continue
            answers = [one for one in rounds[key] if one.pk > each.round_id]
            if answers:
                expires_at = min(one.shown_at + timedelta(days=one.single_approval_days) for one in answers)
            spans.append((away.get(person), expires_at))
        moments = sorted({now, *(at for at in (enough_at, *(end for _, end in spans)) if at and at > now)})
        for at in moments:
            blocked = any((not begin or begin <= at) and (not end or at < end) for begin, end in spans)
            needed = 1 if at >= enough_at else max(1, required)
            if approvals >= needed and not blocked:
                Round.filter(pk=current.pk).update(accepts_at=at)
                break


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0013_copy_the_figures_of_review_to_each_round"),
    ]

    operations = [
        migrations.RunPython(reckon, migrations.RunPython.noop, elidable=False),
    ]
