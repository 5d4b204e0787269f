"""Whatever is sent, to whichever address, by whomever: the answer is a page, never a fault of ours."""

import pytest

from .addresses import ADDRESSES
from .world import make_world

pytestmark = pytest.mark.django_db

FIELDS = (
    "state", "next", "body", "title", "about", "once", "name", "list", "rank", "hides_reading", "decision", "overall",
    "display_name", "time_zone", "theme", "email", "login", "password", "password1", "oldpassword", "group", "based_on",
    "submission", "revision", "after", "before", "quote", "topic", "source", "sure", "confirm", "action_change",
)  # fmt: skip
RUBBISH = {
    "nothing": None,
    "empty": "",
    "blank": " \t\r\n ",
    "a zero byte": "a\x00b",
    "half a character": "\ud800",
    "control characters": "".join(map(chr, range(1, 32))) + "\x7f\x85\u2028\ufeff\u202e",
    "a huge number": "9" * 400,
    "a negative number": "-1",
    "not quite a number": "1e3",
    "other digits": "١٢٣",
    "markup": "</textarea><script>alert(1)</script>{{ 7|add:7 }}{% include 'x' %}",
    "a query": "' OR 1=1; --",
    "a path": "//evil.example/../../etc/passwd",
    "long": "x" * 30_000,
    "brackets": "$" + "[" * 1000 + "$",
    "braces": "$$" + "{" * 20_000 + "$$",
    "nested quotes": ">" * 5000,
    "right to left": "שלום ‮abc",
}


@pytest.fixture
def world(db):
    return make_world()


def names(world) -> list[str]:
    """The fields that our forms know, those of the answers and verdicts included."""
    prompts = [f"answer_{prompt.pk}" for prompt in world.list.prompts.all()]
    answers = [
        f"{field}_{answer.pk}"
        for answer in world.round.revision.answers.all()
        for field in ("verdict", "comment", "word")
    ]
    return [*FIELDS, *prompts, *answers]


def sent(value: str | None, world) -> dict[str, str]:
    return {} if value is None else dict.fromkeys(names(world), value)


def encode(data: dict[str, str]) -> str:
    """A form's body, with what no well-behaved browser would send left in."""
    from urllib.parse import quote_plus

    return "&".join(f"{name}={quote_plus(value, errors='surrogatepass')}" for name, value in data.items())


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("rubbish", RUBBISH.values(), ids=RUBBISH)
def test_no_form_falls_over(rubbish, world):
    body, wrong = encode(sent(rubbish, world)), []
    for name, address in ADDRESSES.items():
        if address.post is None:
            continue
        url, insider = address.url(name, world), min(address.post)
        for role, headers in ((insider, {}), (insider, {"HX-Request": "true"}), ("stranger", {})):
            with world.undone():
                response = world.client(role).post(url, body, content_type=FORM, headers=headers)
            if response.status_code >= 500:
                wrong.append(f"{role} posts to {name} with {headers}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("rubbish", RUBBISH.values(), ids=RUBBISH)
def test_no_query_falls_over(rubbish, world):
    query, wrong = encode(sent(rubbish and rubbish[:3000], world)), []
    for name, address in ADDRESSES.items():
        if address.get and world.client(max(address.get)).get(f"{address.url(name, world)}?{query}").status_code >= 500:
            wrong.append(name)
    assert not wrong


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "application/json", "text/plain"])
def test_a_body_that_is_no_form_is_no_fault_of_ours(kind, world):
    client, wrong = world.client("owner"), []
    for name, address in ADDRESSES.items():
        with world.undone():
            response = client.post(address.url(name, world), b"\xff\x00--x\r\n\r\n%zz=%", content_type=kind)
        if response.status_code >= 500:
            wrong.append(name)
    assert not wrong


def test_ids_that_no_database_holds_are_not_found(world):
    for path in ("topics", "sources", "pages", "groups", "submissions", "threads", "posts", "lists", "join"):
        for key in ("0", "9" * 30, "-1", "x", "%00", "1%0a"):
            assert world.client("owner").get(f"/{path}/{key}/").status_code in {400, 404}, f"/{path}/{key}/"
