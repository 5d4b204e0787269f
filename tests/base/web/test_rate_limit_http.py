"""Who is counted, what texts may cost, and what is answered above that."""

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from groups.threads.post import Post
from groups.threads.thread import Thread
from notes.draft import Draft
from readlist_site.base.rate_limits.counter import Counter
from readlist_site.base.rate_limits.limit import Limit, person_key
from readlist_site.base.web.rate_limit_http import client_address, network_of
from tests.groups.reviewing import topic_of

TEXT = "Is it *the* one, $\\beta$?"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "192.0.2.1"),
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9,198.51.100.7", "203.0.113.9"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "unknown", "192.0.2.1"),
        (1, "198.51.100.7:4711", "198.51.100.7"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "2001:DB8:0::7", "2001:db8::7"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "x" * 10_000, "192.0.2.1"),
    ],
)
def test_the_address_is_read_past_as_many_proxies_as_there_are(settings, proxies, forwarded, address):
    settings.PROXIES = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert client_address(RequestFactory(REMOTE_ADDR="192.0.2.1").get("/", headers=headers)) == address


def test_over_a_unix_socket_without_a_proxy_the_address_is_unknown():
    assert network_of(RequestFactory(REMOTE_ADDR="").get("/")) == ""


def test_a_network_is_an_address_or_the_first_half_of_a_long_one():
    networks = [network_of(RequestFactory(REMOTE_ADDR=each).get("/")) for each in ("2001:db8::1", "2001:db8::2:3")]
    assert networks == ["2001:db8::/64"] * 2
    assert network_of(RequestFactory(REMOTE_ADDR="192.0.2.1").get("/")) == "192.0.2.1"


# What texts may cost


def rendering(person) -> Limit:
    return Limit.of("rendering", person_key(person))


@pytest.fixture
def thread(group, jonas):
    return Thread.objects.start(group=group, author=jonas, title="Which knob?", body="I swept it.")


@pytest.fixture
def costly(group, thread, jonas):
    """Requests that render texts, by name: address, and what is sent."""
    topic = topic_of(group)
    answers = {f"answer_{topic.list.prompts.first().pk}": TEXT}
    summary, list_ = f"{topic.get_absolute_url()}summary/", group.list
    return {
        "a reply": (f"/threads/{thread.pk}/posts/", {"body": TEXT}),
        "an edit": (f"/posts/{thread.posts.first().pk}/edit/", {"body": TEXT}),
        "a thread": (f"/groups/{group.pk}/threads/new/", {"title": "Which?", "body": TEXT}),
        "a preview": ("/preview/?box=body", {"body": TEXT}),
        "a preview of a summary": (f"{summary}preview/", answers),
        "a summary": (summary, answers),
        "an autosave": (f"{summary}draft/", answers),
        "a submission": (f"{summary}submission/", answers),
        "an export": (f"/groups/{group.pk}/playbook.md", None),
        "an export of the list": (f"/lists/{list_.slug}.md", None),
    }


COSTLY = (
    "a reply", "an edit", "a thread", "a preview", "a preview of a summary", "a summary", "an autosave", "a submission",
    "an export", "an export of the list",
)  # fmt: skip
SENT_BY = {"browser": {}, "htmx": {"HX-Request": "true"}, "fetch": {"X-Requested-With": "fetch"}}


def send(client, request: tuple, by: str):
    address, data = request
    return client.get(address) if data is None else client.post(address, data, headers=SENT_BY[by])


@pytest.mark.parametrize("by", SENT_BY)
@pytest.mark.parametrize("name", COSTLY)
def test_above_the_budget_it_is_refused_with_when_to_go_on(signed_in, jonas, costly, limit_clock, name, by):
    client, posts = signed_in(jonas), Post.objects.count()
    rendering(jonas).add(10)
    answer = send(client, costly[name], by)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert "too much of the server’s time. Try again in 30 seconds." in answer.content.decode()
    assert (Post.objects.count(), Draft.objects.count()) == (posts, 0)
    limit_clock(seconds=30)
    assert send(client, costly[name], by).status_code < 429


@pytest.mark.parametrize("name", COSTLY)
def test_what_it_costs_is_charged_to_its_person_alone(signed_in, ada, jonas, costly, limit_clock, name):
    send(signed_in(jonas), costly[name], "browser")
    assert 0 < rendering(jonas).add(0) < 10
    assert rendering(ada).add(0) == 0


def test_what_renders_nothing_is_neither_charged_nor_refused(signed_in, jonas, thread, limit_clock):
    rendering(jonas).add(10)
    client = signed_in(jonas)
    assert client.get(thread.get_absolute_url()).status_code == 200
    assert client.post(f"/threads/{thread.pk}/draft/", {"body": TEXT}, headers=SENT_BY["fetch"]).status_code == 200
    assert Counter.objects.get().amount == 10


def test_what_was_refused_is_on_the_page_and_nothing_is_swapped(signed_in, jonas, thread, costly, limit_clock):
    rendering(jonas).add(10)
    assert TEXT in send(signed_in(jonas), costly["a reply"], "browser").content.decode()
    assert send(signed_in(jonas), costly["a reply"], "htmx").headers["HX-Reswap"] == "none"


def test_typing_for_a_minute_stays_far_below_the_budget(signed_in, ada, group, limit_clock):
    """Thirty autosaves and a hundred previews of a summary as long as they get."""
    topic, client = topic_of(group), signed_in(ada)
    data = {f"answer_{prompt.pk}": f"{TEXT} {'word ' * 60}\n" for prompt in topic.list.prompts.not_retired()}
    client.post(f"{topic.get_absolute_url()}summary/draft/", data)
    client.post(f"{topic.get_absolute_url()}summary/preview/", data)
    before = rendering(ada).add(0)
    client.post(f"{topic.get_absolute_url()}summary/draft/", data)
    client.post(f"{topic.get_absolute_url()}summary/preview/", data)
    assert (rendering(ada).add(0) - before) / 2 * 130 < 5


def test_a_request_that_is_done_is_not_undone_where_its_time_can_not_be_counted(signed_in, ada, group, monkeypatch):
    def fails(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(Limit, "add", fails)
    assert signed_in(ada).post("/preview/?box=body", {"body": TEXT}).status_code == 200


def test_strangers_exports_are_their_networks(client, group, limit_clock):
    path, here = f"/lists/{group.list.slug}.md", Limit.of("rendering_network", "127.0.0.1")
    assert client.get(path).status_code == 200
    assert 0 < here.add(0) < 20
    here.add(20)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "Exports to your network took too much" in answer.content.decode()
    assert client.get(path, REMOTE_ADDR="192.0.2.1").status_code == 200
    assert client.get(f"/lists/{group.list.slug}/").status_code == 200
