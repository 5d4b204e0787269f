"""Sixteen people press "Review next" at once, again and again: with real processes, on either engine."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection

from tests import factories
from tests.groups.reviewing import show
from tests.length import RACE_PEOPLE, RACE_TIMES

# At full length half a minute on two quiet cores; as long as it takes where they are busy.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

TEXTS = 5
TELLS_WHY = ("You have nothing to review now.", "This summary has all the reviewers it needs now.")


@pytest.fixture
def crowd(reading_list):
    """The group's members. The first five have shown a summary each."""
    people = [factories.make_user() for _ in range(RACE_PEOPLE)]
    group = factories.make_group(*people, reading_list=reading_list)
    own = {author.pk: show(author, group).submission_id for author in people[:TEXTS]}
    return group, people, own


def race(group, people) -> dict:
    """What the processes say. None of them outlives this."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    else:
        url = f"sqlite:///{name}"
    command = [sys.executable, "-m", "tests.groups.reviews.race_process"]
    process = subprocess.Popen(
        [*command, *(str(number) for number in (group.pk, RACE_TIMES, *(person.pk for person in people)))],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DATABASE_URL": url,
            "READLIST_SECRET_KEY": settings.SECRET_KEY,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, errors = process.communicate(timeout=300)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert process.returncode == 0, errors
    return json.loads(out)


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.one_engine("postgresql")
def test_sixteen_processes_press_review_next_on_five_submissions_again_and_again(crowd):
    group, people, own = crowd
    said = race(group, people)
    statuses = Counter(status for answers in said["answers"] for status, _, _ in answers)
    assert statuses == {302: RACE_PEOPLE * RACE_TIMES}
    for time, held in enumerate(said["held"]):
        # Five times two slots are all taken, none twice; nobody has two for one press, and nobody their own.
        assert len(held) == TEXTS * 2
        assert len({(round, slot) for round, slot, _, _ in held}) == TEXTS * 2
        holder = {reviewer: submission for _, _, reviewer, submission in held}
        assert len(holder) == TEXTS * 2
        assert not holder.items() & own.items()
        for person, answers in zip(people, said["answers"], strict=True):
            _, location, page = answers[time]
            mine = holder.get(person.pk)
            assert location == (f"/submissions/{mine}/review/" if mine else f"/groups/{group.pk}/reviews/")
            assert not page or page.startswith("200 ")
            assert not page or mine or any(words in page for words in TELLS_WHY)
