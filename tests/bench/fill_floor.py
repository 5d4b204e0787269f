"""Copies what the floor shows from the product's tables: `python -m tests.bench.fill_floor`, on DATABASE_URL."""

import os

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.floor.settings"
    django.setup()
    from django.db import connection, transaction

    from tests.bench.floor.models import COPIES, MODELS

    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in COPIES:
            cursor.execute(statement)
