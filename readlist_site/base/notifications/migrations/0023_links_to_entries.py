import re

from django.db import migrations

_WITHOUT_PART = re.compile(r"(.*/topics/[0-9]+/)#entry-([0-9]+)")


def name_the_part(apps, schema_editor):
    """Have links to an entry open the part of a long shelf that shows it, as links of today do."""
    notifications = apps.get_model("notices", "Notification").objects
    for notification in notifications.filter(url__contains="/#entry-").only("url").iterator():
        if found := _WITHOUT_PART.fullmatch(notification.url):
            notification.url = f"{found[1]}?from={found[2]}#entry-{found[2]}"
            notification.save(update_fields=["url"])


class Migration(migrations.Migration):
    dependencies = [("notices", "0022_kinds_off")]

    operations = [migrations.RunPython(name_the_part, migrations.RunPython.noop, elidable=True)]
