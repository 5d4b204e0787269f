"""Models and fields get the terms that everybody knows: link issues, votes, link schedules, what was last imported.

Constraints name their columns, so each is dropped before its columns are renamed and made anew after."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0014_change_facts")]

    operations = [
        # Doubt becomes LinkIssue.
        migrations.RemoveConstraint(model_name="doubt", name="catalog_one_open_doubt"),
        migrations.RemoveConstraint(model_name="doubt", name="catalog_settled_doubt_says_how"),
        migrations.RemoveConstraint(model_name="doubt", name="catalog_dismissed_for_a_reason"),
        migrations.RenameModel(old_name="Doubt", new_name="LinkIssue"),
        migrations.RenameField(model_name="linkissue", old_name="settled_at", new_name="resolved_at"),
        migrations.RenameField(model_name="linkissue", old_name="settled_by", new_name="resolved_by"),
        migrations.RenameField(model_name="linkissue", old_name="how", new_name="resolution"),
        migrations.AlterField(
            model_name="linkissue",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="link_issues", to="catalog.source"
            ),
        ),
        migrations.AddConstraint(
            model_name="linkissue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("resolved_at", None)), fields=("source",), name="catalog_one_open_link_issue"
            ),
        ),
        migrations.AddConstraint(
            model_name="linkissue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolution", ""), ("resolved_at", None)),
                    models.Q(("resolved_at__isnull", False), models.Q(("resolution", ""), _negated=True)),
                    _connector="OR",
                ),
                name="catalog_resolved_issue_has_resolution",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkissue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolution", "dismissed"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="catalog_dismissed_for_a_reason",
            ),
        ),
        # Second becomes SuggestionVote.
        migrations.RemoveConstraint(model_name="second", name="catalog_second_once"),
        migrations.RenameModel(old_name="Second", new_name="SuggestionVote"),
        migrations.AlterField(
            model_name="suggestionvote",
            name="suggestion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="catalog.suggestion"
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestionvote",
            constraint=models.UniqueConstraint(fields=("suggestion", "person"), name="catalog_one_vote_per_person"),
        ),
        # NextCheck becomes LinkSchedule.
        migrations.RenameModel(old_name="NextCheck", new_name="LinkSchedule"),
        migrations.RenameField(model_name="linkschedule", old_name="held_until", new_name="leased_until"),
        migrations.AlterField(
            model_name="linkschedule",
            name="source",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="link_schedule", to="catalog.source"
            ),
        ),
        # What the last imported file said.
        migrations.RenameField(model_name="readinglist", old_name="method_as_read", new_name="last_imported_method"),
        migrations.RenameField(model_name="section", old_name="as_read", new_name="last_imported"),
        migrations.RenameField(model_name="entry", old_name="as_read", new_name="last_imported"),
        migrations.RenameField(model_name="source", old_name="facts_as_read", new_name="last_imported"),
        # Whose key an alias had before its source was merged.
        migrations.RemoveConstraint(model_name="sourcealias", name="catalog_alias_leads_from_somewhere"),
        migrations.RenameField(model_name="sourcealias", old_name="former", new_name="merged_source_id"),
        migrations.AddConstraint(
            model_name="sourcealias",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("canonical_url__isnull", False), ("merged_source_id__isnull", False), _connector="OR"
                ),
                name="catalog_alias_leads_from_somewhere",
            ),
        ),
    ]
