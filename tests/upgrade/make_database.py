"""Fills an empty database as an instance of the old version would have: `make_database.py SCENARIO FILE`.

It is run inside a checkout of the old version, whose own modules it imports, so its names are those of that version.
FILE gets the time at which the pages are to be read, and who shall read them: a label and an e-mail address each.

demo: the shipped list, the demo group, and another group that has been at it for long (2,000 submissions).
grown: one of everything on a small list (people who left or were banned among it), and more of most things.
"""

import json
import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path


def main(scenario: str, file: str) -> None:
    """Make the tables and what is in them."""
    # The checkout stands first, not the folder of this file.
    sys.path[0] = os.getcwd()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from tests import database

    # Older versions don't have it: they make each world anew.
    if hasattr(database, "remember_migrated_rows"):
        database.remember_migrated_rows()
    world = {"demo": make_demo, "grown": make_grown}[scenario]()
    people = {role: person.email for role, person in world.people.items()}
    readers = {"now": (timezone.now() + timedelta(seconds=5)).isoformat(), "people": {"anonymous": None} | people}
    Path(file).write_text(json.dumps(readers, indent=1, ensure_ascii=False))


def make_demo():
    """The demo group stays as it is shipped; the busy one is another, whose owner is in no other."""
    from tests import factories
    from tests.house import busy
    from tests.house.demo import make_demo_world

    world = make_demo_world()
    busy_one = factories.make_group(world.people["stranger"], reading_list=world.list, name="A busy group")
    factories.make_group(world.people["stranger"], reading_list=world.list, name="A second group")
    busy.fill(replace(world, group=busy_one))
    people = {person.email.partition("@")[0]: person for person in world.group.people.all()}
    people |= {"busy owner": world.people["stranger"], "busy member": busy_one.people.latest("pk")}
    people |= {role: world.people[role] for role in ("curator", "administrator")}
    return replace(world, people=people)


def make_grown():
    """All of tests/house/world.py, and three times as much."""
    from django.apps import apps

    from tests.house import grown
    from tests.house.world import ROLES, make_world

    world = make_world()
    # What grows is about the world's source, which may have one report of a kind by each person.
    newest = apps.get_model("catalog", "Entry").objects.latest("pk")
    apps.get_model("catalog", "Report").objects.update(source=newest.source)
    grown.begin(world)
    grown.grow(world, times=3)
    return replace(world, people={role: world.people[role] for role in ROLES if role != "anonymous"})


# The processes that render formulas import this file, too.
if __name__ == "__main__":
    main(*sys.argv[1:])
