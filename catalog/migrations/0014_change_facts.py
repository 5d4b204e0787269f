from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0013_doi_of_publishers")]

    operations = [
        migrations.AddField(
            model_name="change",
            name="code",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="change",
            name="facts",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="change",
            name="what",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The sentence, where there is no code.",
                max_length=1000,
            ),
        ),
        migrations.RemoveConstraint(model_name="change", name="catalog_change_says_what"),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", ""), _negated=True) | models.Q(("code", ""), _negated=True),
                name="catalog_change_has_code_or_sentence",
            ),
        ),
    ]
