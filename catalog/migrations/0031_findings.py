"""What checks of links found is stored as a code with facts, so that each reader reads it in their language.

The sentences of before are recognised, so that a finding that a curator dismissed stays dismissed. What people wrote
stays as it is."""

import json
import re

from django.db import migrations

SENTENCES = {
    "not_web": r"It is no web address\.",
    "holds_password": r"It holds a password\.",
    "port": r"It leads to port (?P<port>\d+)\.",
    "not_public": r"(?P<host>\S+) is not on the open internet\.",
    "no_such_host": r"There is no such host\.",
    "lookup_failed": r"The name of the host could not be looked up\.",
    "refused": r"Nobody listens there\.",
    "circle": r"It redirects in a circle\.",
    "too_many_redirects": r"It redirects again and again\.",
    "gone": r"The host says that there is no such page \((?P<status>\d+)\)\.",
    "later": r"The host asks to come again later \((?P<status>\d+)\)\.",
    "not_shown": r"The host doesn't show it to a program \((?P<status>\d+)\)\.",
    "too_slow": r"It took too long\.",
    "certificate": r"Its certificate does not hold\.",
    "broken_off": r"The connection broke, or what came was no answer\.",
    "offline": r"Nothing could be reached from here\.",
    "says_not_found": r"The page says that it is not there: “(?P<title>.*)”\.",
    "wall": r"What is shown to a program is a sign-in or a check, not the page\.",
    "other_title": r"The page calls itself “(?P<title>.*)”\.",
    "moved_to_front": r"It leads to the front page of (?P<host>\S+) now\.",
    "moved": r"It redirects for good to (?P<host>\S+)\.",
    "answers_again": r"It answers again\.",
    "facts_corrected": r"The facts about the link were corrected\.",
    "other_link": r"The list has another link now\.",
}
NUMBERS = {"status", "port"}
COLUMNS = {"LinkCheck": ["note"], "LinkIssue": ["note", "reason"]}


def coded(text: str) -> str | None:
    """Returns the text as a code with facts, or None if it is none of these sentences."""
    for code, pattern in SENTENCES.items():
        if found := re.fullmatch(pattern, text, re.DOTALL):
            facts = {name: int(value) if name in NUMBERS else value for name, value in found.groupdict().items()}
            return json.dumps([code, facts], ensure_ascii=False, sort_keys=True)
    return None


def forwards(apps, schema_editor) -> None:
    for name, columns in COLUMNS.items():
        rows = apps.get_model("catalog", name).objects.using(schema_editor.connection.alias)
        for column in columns:
            for pk, text in rows.exclude(**{column: ""}).values_list("pk", column).iterator():
                if (new := coded(text)) and len(new) <= 500:
                    rows.filter(pk=pk).update(**{column: new})


class Migration(migrations.Migration):
    dependencies = [("catalog", "0030_undo_of_an_import")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=False)]
