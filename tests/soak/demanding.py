"""Who asks for more than their share, each as a process: `python -m tests.soak.demanding greedy ADDRESS WORLD`.

It goes on until it is killed."""

import http.client
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from threading import Event, Thread
from urllib.parse import urlencode, urlsplit

from tests.soak.person import FORM, TOKEN, Person, Unanswered

# An address of their own: the proxy counts by address.
ELSEWHERE = "127.0.0.2"
CONNECTIONS = 8
LONGEST = 20_000

# The dearest texts, below and above the bounds that are counted before a text is parsed.
DEAR = [
    "![" * 10_000,
    "![" * 499,
    "[" * 1_999,
    "*a " * 2_999,
    "*a_ " * 1_400,
    ("|a" * 40 + "|\n" + "|-" * 40 + "|\n" + "a\n" * 40 + "\n") * 60,
    ("|a|b|\n|-|-|\n" + "a\n" * 300 + "\n") * 25,
    " ".join(f"$x_{{{number}}}$" for number in range(990)),
    " ".join("$" + r"\lAngle" * 28 + f"{number}$" for number in range(90)),
    "> - " * 199 + "a",
    "`a" * 1_990,
    "```python\n" + "a=(" * 6_000 + "\n```",
    "a\\\n" * 990,
    "&#1;" * 4_900,
    "http://a.b/( " * 1_500,
]


def greedy(address: str, world: str) -> None:
    """One signed-in person, over 8 connections, who never waits."""
    number = count()

    def work(person: Person) -> None:
        while True:
            texts = [DEAR[(next(number) * 7 + place) % len(DEAR)][:LONGEST] for place in range(3)]
            for act in (
                lambda texts=texts: person.autosave(texts),
                lambda texts=texts: person.preview(texts[0]),
                lambda texts=texts: person.preview_summary(texts),
                lambda texts=texts: person.reply(texts[1]),
            ):
                with suppress(Unanswered):
                    act()

    run([lambda: work(Person(address, json.loads(world), 0, source=ELSEWHERE)) for _ in range(CONNECTIONS)])


def flood(address: str, world: str) -> None:
    """200 connections of strangers: a quarter each signs in, sends what is large, signs up, and asks for what there
    isn't. (Who sends slowly is the proxy's: it reads requests whole.)"""
    acts = [sign_in, send_much, sign_up, ask_for_nothing]
    run([lambda place=place: over_and_over(acts[place % 4], address, place) for place in range(200)])


def over_and_over(act: Callable[[str, int], None], address: str, place: int) -> None:
    while True:
        with suppress(OSError, http.client.HTTPException):
            act(address, place)


def send(address: str, method: str, path: str, data: dict[str, str] | None = None) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60, source_address=(ELSEWHERE, 0))
    headers = {"Cookie": f"csrftoken={TOKEN}", "Content-Type": FORM}
    connection.request(method, path, data and urlencode({"csrfmiddlewaretoken": TOKEN, **data}), headers)
    connection.getresponse().read()
    connection.close()


def sign_in(address: str, place: int) -> None:
    send(address, "POST", "/accounts/login/", {"login": f"person-{place}@example.org", "password": "not the right one"})


def send_much(address: str, place: int) -> None:
    send(address, "POST", "/accounts/login/", {"login": "x" * 2_000_000, "password": "y"})


def sign_up(address: str, place: int) -> None:
    send(
        address,
        "POST",
        "/accounts/signup/",
        {"email": f"new-{place}@example.org", "password1": "12", "display_name": "N"},
    )


def ask_for_nothing(address: str, place: int) -> None:
    send(address, "GET", f"/nothing/{place}/")


def run(works: list) -> None:
    for work in works:
        Thread(target=work, daemon=True).start()
    Event().wait()


if __name__ == "__main__":
    {"greedy": greedy, "flood": flood}[sys.argv[1]](*sys.argv[2:])
