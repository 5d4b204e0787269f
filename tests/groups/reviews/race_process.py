"""Many people, each in a process of their own, press "Review next" in the same moment, again and again.

Run by `test_race_processes.py` on the database of the tests:
`python -m tests.groups.reviews.race_process GROUP TIMES PERSON…`.
Prints what everybody was answered, and who held what after each time, as JSON.
"""

import gc
import json
import multiprocessing
import sys
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

import django

# Every so many times they also read the page that they are led to.
READS_EVERY = 10
# Whoever waits so long for the others has lost one, and ends.
PATIENCE = 60


def press(group: int, person: int, times: int, barrier: Barrier, tell: Connection) -> None:
    """One person's process: what each press was answered, and what stood on the page behind it."""
    from django.test import Client

    from readlist_site.base.accounts.models import User

    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=person))
    answers = []
    for time in range(times):
        barrier.wait(PATIENCE)
        answer = client.post(f"/groups/{group}/reviews/next/")
        answers.append([answer.status_code, answer.headers.get("Location", ""), ""])
        if (time + person) % READS_EVERY == 0 and answer.status_code == 302:
            page = client.get(answer.headers["Location"])
            answers[-1][2] = f"{page.status_code} {page.content.decode()}"
        barrier.wait(PATIENCE)
        # The claims are read and dropped here.
        barrier.wait(PATIENCE)
    tell.send(answers)


def warm_up(group: int, person: int) -> None:
    """One press and the pages it may lead to: what is read, compiled and imported for it is there for all who are
    forked after this. No connection is left to share."""
    from django.db import connections
    from django.test import Client

    from groups.reviews.claim import Claim
    from readlist_site.base.accounts.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=person))
    client.post(f"/groups/{group}/reviews/next/", follow=True)
    client.get(f"/groups/{group}/reviews/")
    Claim.objects.all().delete()
    connections.close_all()
    gc.freeze()


def main(group: int, times: int, people: list[int]) -> None:
    from groups.reviews.claim import Claim

    warm_up(group, people[0])
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(len(people) + 1)
    processes, ears, held = [], [], []
    for person in people:
        ear, mouth = context.Pipe(duplex=False)
        processes.append(context.Process(target=press, args=(group, person, times, barrier, mouth), daemon=True))
        ears.append(ear)
    for process in processes:
        process.start()
    for _ in range(times):
        barrier.wait(PATIENCE)
        barrier.wait(PATIENCE)
        held.append(list(Claim.objects.values_list("round", "slot", "reviewer", "round__submission")))
        Claim.objects.all().delete()
        barrier.wait(PATIENCE)
    answers = [ear.recv() for ear in ears]
    for process in processes:
        process.join()
    json.dump({"answers": answers, "held": held}, sys.stdout)


if __name__ == "__main__":
    django.setup()
    group, times, *people = map(int, sys.argv[1:])
    main(group, times, people)
