"""A group's webhook: what is told, once, to whom the owner named, whatever becomes of the address."""

import hmac
import json
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from groups.leaving.archive import archive_group, reopen_group
from groups.members.exceptions import RuleViolation
from groups.members.group import GroupArchived
from groups.threads.thread import Thread
from groups.webhooks.delivery import KEPT, MOST_WAITING, WebhookDelivery
from groups.webhooks.message import for_chat
from groups.webhooks.send import send_due_webhooks
from groups.webhooks.webhook import BACK_OFF, LEASE, Webhook
from readlist_site.base.link_fetch.fetch import FetchOutcome, FetchResult
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.outbox import send_due_emails
from readlist_site.base.notifications.templatetags.notification_text import sentence
from tests import factories
from tests.base.link_fetch.bad_server import answer, redirect, status
from tests.base.link_fetch.conftest import fetcher, server  # noqa: F401
from tests.groups.reviewing import say, show

# What happens without a time of its own happens before.
NOON = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
URL = "https://chat.example.org/hooks/1"


class Chat:
    """Stands for the fetcher: keeps what is posted, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[dict] = []
        self.headers: list[dict] = []
        self.bodies: list[bytes] = []
        self.answer: dict = {"found": FetchOutcome.ANSWERED, "status": 200}

    def fails(self, status: int = 500, **more) -> None:
        self.answer = {"found": FetchOutcome.UNCLEAR, "status": status, "problem": "not_shown", **more}

    def post(self, url, body, headers):
        self.got.append(json.loads(body))
        self.bodies.append(body)
        self.headers.append(headers)
        return FetchResult(url, **self.answer)


@pytest.fixture
def chat():
    return Chat()


@pytest.fixture
def webhook(group, settings):
    settings.SITE_URL = "https://readlist.example.org"
    return Webhook.objects.create(group=group, url=URL)


def start(group, person, title="Which knob?", now=NOON):
    return Thread.objects.start(group=group, author=person, title=title, body="Words", now=now)


def states(webhook) -> list[str]:
    return list(webhook.deliveries.order_by("pk").values_list("state", flat=True))


def test_a_chat_is_told_of_threads_submissions_and_acceptances_once(webhook, group, ada, jonas, tomas, chat):
    thread = start(group, jonas)
    shown = show(jonas, group)
    for person in (ada, tomas):
        say(shown, person, "approve")
    assert send_due_webhooks(chat, NOON) == 3
    base, topic = "https://readlist.example.org", "Post-training"
    assert [each["text"] for each in chat.got] == [
        f"Jonas started the thread “Which knob?” in Thursday post-training\n{base}{thread.get_absolute_url()}",
        f"Jonas submitted a summary of {topic} to Thursday post-training\n{base}{shown.submission.get_absolute_url()}",
        f"Thursday post-training accepted the summary of {topic} by Jonas\n{base}{shown.submission.get_absolute_url()}",
    ]
    assert send_due_webhooks(chat, NOON) == 0


def test_a_program_gets_the_facts_with_a_signature_that_it_can_check(webhook, group, jonas, chat):
    Webhook.objects.update(format="json")
    thread = start(group, jonas)
    send_due_webhooks(chat, NOON)
    (said,), (headers,) = chat.got, chat.headers
    assert said["type"] == "thread.started"
    assert said["timestamp"] == NOON.isoformat()
    assert said["data"]["url"] == f"https://readlist.example.org{thread.get_absolute_url()}"
    assert (said["data"]["title"], said["data"]["person"], said["data"]["group"]["id"]) == (
        "Which knob?",
        "Jonas",
        group.pk,
    )
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + chat.bodies[0]
    key = b64decode(webhook.secret.removeprefix("whsec_"))
    assert headers["webhook-signature"] == f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
    assert int(headers["webhook-timestamp"]) == int(NOON.timestamp())


def test_what_people_write_stays_text_in_a_chat(webhook, group, jonas, chat):
    start(group, jonas, "<!channel> & [here](https://evil.example) @everyone")
    send_due_webhooks(chat, NOON)
    assert "“&lt;!channel&gt; &amp; [here]\u200b(https://evil.example) @\u200beveryone”" in chat.got[0]["text"]
    assert for_chat("a @ b") == "a @ b"


def test_only_what_the_owner_chose_is_told_and_nothing_where_the_host_forbids_it(webhook, group, jonas, settings):
    Webhook.objects.update(on_thread=False)
    start(group, jonas)
    assert not webhook.deliveries.exists()
    show(jonas, group)
    assert webhook.deliveries.get().event == "submission"
    settings.WEBHOOKS = False
    Webhook.objects.update(on_thread=True)
    start(group, jonas)
    assert webhook.deliveries.count() == 1


def test_what_was_not_saved_is_not_told(webhook, group, jonas):
    with transaction.atomic():
        start(group, jonas)
        transaction.set_rollback(True)
    assert not webhook.deliveries.exists()


def test_a_revision_in_the_place_of_one_that_nobody_has_read_is_told_once(webhook, group, jonas, chat):
    shown = show(jonas, group)
    shown = show(jonas, group)
    assert webhook.deliveries.count() == 1
    send_due_webhooks(chat, NOON)
    assert f"revision {shown.revision.number} of" in chat.got[0]["text"]


def test_after_a_failure_it_waits_longer_and_longer_and_keeps_the_order(webhook, group, jonas, chat):
    start(group, jonas, "First")
    start(group, jonas, "Second")
    chat.fails()
    now = NOON
    for wait in BACK_OFF[:3]:
        send_due_webhooks(chat, now)
        send_due_webhooks(chat, now + wait - timedelta(seconds=1))
        now += wait
    assert len(chat.got) == 3
    assert all("First" in each["text"] for each in chat.got)
    assert len({each["webhook-id"] for each in chat.headers}) == 1
    chat.answer = {"found": FetchOutcome.ANSWERED, "status": 200}
    assert send_due_webhooks(chat, now) == 2
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.retry_at, states(webhook)) == (0, None, ["sent", "sent"])


def test_a_host_that_asks_to_wait_longer_is_left_alone_as_long(webhook, group, jonas, chat):
    start(group, jonas)
    chat.fails(429, problem="later", retry_after=3600.0)
    send_due_webhooks(chat, NOON)
    webhook.refresh_from_db()
    assert webhook.retry_at == NOON + timedelta(hours=1)


def fail_until_paused(webhook, chat) -> datetime:
    chat.fails()
    now = NOON
    for wait in (*BACK_OFF, timedelta()):
        send_due_webhooks(chat, now)
        now += wait
    webhook.refresh_from_db()
    return now


def test_an_address_that_keeps_failing_is_paused_and_its_owner_told(signed_in, webhook, group, ada, jonas, chat):
    start(group, jonas)
    now = fail_until_paused(webhook, chat)
    assert (webhook.paused_at, states(webhook)) == (now, ["dropped"])
    (told,) = Notification.objects.filter(kind="webhook_paused")
    assert told.person == ada
    assert "webhook of Thursday post-training is paused" in sentence(told)
    send_due_emails(now + timedelta(minutes=5))
    assert ada.email in [letter.to[0] for letter in mail.outbox]
    assert "has been paused" in signed_in(ada).get(told.get_absolute_url(), follow=True).content.decode()
    start(group, jonas)
    assert webhook.deliveries.count() == 1
    signed_in(ada).post(reverse("resume_webhook", args=[group.pk]))
    assert not Notification.objects.filter(kind="webhook_paused", obsolete_at=None).exists()
    chat.answer = {"found": FetchOutcome.ANSWERED, "status": 200}
    start(group, jonas)
    assert send_due_webhooks(chat, now) == 1


def test_another_address_resumes_it_and_failures_of_the_old_one_do_not_count(
    signed_in, webhook, group, ada, jonas, chat
):
    start(group, jonas)
    fail_until_paused(webhook, chat)
    old = Webhook.objects.get()
    sent = {"url": f"{URL}2", "format": "slack", "events": ["thread"]}
    signed_in(ada).post(reverse("webhook", args=[group.pk]), sent)
    old.record_failure(NOON)
    webhook.refresh_from_db()
    assert (webhook.paused_at, webhook.failures, webhook.on_submission) == (None, 0, False)


def test_a_test_is_sent_once_even_while_it_is_paused_and_its_result_shown(signed_in, webhook, group, ada, chat):
    Webhook.objects.update(paused_at=NOON)
    client, place = signed_in(ada), reverse("webhook", args=[group.pk])
    page = client.post(reverse("send_webhook_test", args=[group.pk]), follow=True).content.decode()
    assert "Waiting to be sent" in page
    assert 'data-hx-trigger="load delay:3s"' in page
    chat.fails(404, found=FetchOutcome.GONE, problem="gone")
    send_due_webhooks(chat, NOON)
    piece = client.get(place, headers={"HX-Request": "true"}).content.decode()
    assert "no such address" in piece
    assert "404" in piece
    assert "data-hx-trigger" not in piece
    assert "<h1" not in piece
    assert send_due_webhooks(chat, NOON + timedelta(days=1)) == 0
    webhook.refresh_from_db()
    assert (webhook.failures, states(webhook)) == (0, ["failed"])
    client.post(reverse("send_webhook_test", args=[group.pk]))
    chat.answer = {"found": FetchOutcome.ANSWERED, "status": 200}
    assert send_due_webhooks(chat, NOON) == 1
    assert "test message from Thursday post-training" in chat.got[-1]["text"]
    assert Webhook.objects.get().paused_at == NOON


def test_tests_are_limited(signed_in, webhook, group, ada, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"webhook_test": (1, 3600)}
    client, place = signed_in(ada), reverse("send_webhook_test", args=[group.pk])
    assert [client.post(place).status_code for _ in range(2)] == [302, 429]


def test_of_two_workers_one_sends(webhook, group, jonas, chat):
    start(group, jonas)
    assert Webhook.objects.lease(webhook, NOON)
    assert send_due_webhooks(chat, NOON) == 0
    # The other was killed.
    assert send_due_webhooks(chat, NOON + LEASE) == 1
    assert send_due_webhooks(chat, NOON + LEASE) == 0


@pytest.fixture
def second(group, webhook, ada, jonas):
    return Webhook.objects.create(group=factories.make_group(ada, jonas, name="Second"), url=URL)


def test_a_fault_with_one_does_not_hold_up_another(webhook, second, group, jonas, chat, monkeypatch):
    start(group, jonas)
    start(second.group, jonas)
    trim = WebhookDelivery.objects.trim
    monkeypatch.setattr(WebhookDelivery.objects, "trim", lambda each, at: 1 / 0 if each == webhook else trim(each, at))
    assert send_due_webhooks(chat, NOON) == 1
    assert (states(webhook), states(second)) == (["waiting"], ["sent"])
    monkeypatch.undo()
    assert send_due_webhooks(chat, NOON) == 0
    assert send_due_webhooks(chat, NOON + BACK_OFF[0]) == 1


def test_who_was_served_least_recently_comes_first_and_a_slow_address_ends_its_turn(
    webhook, second, group, jonas, chat, monkeypatch
):
    for each in (group, group, second.group):
        start(each, jonas)
    seconds = iter(range(0, 10_000, 20))
    monkeypatch.setattr("groups.webhooks.send.monotonic", lambda: next(seconds) / 2)
    assert list(Webhook.objects.due(NOON)) == [webhook, second]
    assert send_due_webhooks(chat, NOON) == 2
    assert states(webhook) == ["sent", "waiting"]
    start(second.group, jonas)
    webhook.deliveries.filter(state="sent").update(attempted_at=NOON + timedelta(minutes=1))
    assert list(Webhook.objects.due(NOON)) == [second, webhook]


def test_what_was_dropped_while_it_was_sent_stays_dropped(webhook, group, jonas, chat):
    start(group, jonas)
    post = chat.post

    def dropped_meanwhile(*sent):
        webhook.deliveries.all().drop(NOON)
        return post(*sent)

    chat.post = dropped_meanwhile
    chat.fails()
    send_due_webhooks(chat, NOON)
    assert states(webhook) == ["dropped"]


def test_an_archived_group_tells_nothing_and_nothing_old_when_it_is_open_again(webhook, group, ada, jonas, chat):
    start(group, jonas)
    archive_group(group, by=ada)
    assert send_due_webhooks(chat, NOON) == 0
    with pytest.raises(GroupArchived):
        webhook.send_test(by=ada)
    reopen_group(group, by=ada)
    assert send_due_webhooks(chat, NOON + timedelta(days=2)) == 0
    assert states(webhook) == ["dropped"]


def test_what_waits_and_what_is_kept_is_bounded(webhook, group, ada, jonas, chat):
    for number in range(MOST_WAITING + 5):
        WebhookDelivery.objects.record(
            group, "thread", key=f"{number}", actor=jonas, path="/", facts={"title": "T"}, now=NOON
        )
    for _ in range(10):
        send_due_webhooks(chat, NOON)
    assert len(chat.got) == MOST_WAITING
    WebhookDelivery.objects.trim(webhook, NOON)
    assert webhook.deliveries.count() == KEPT


def test_only_the_owner_and_under_the_lock(webhook, group, ada, jonas):
    group.transfer_ownership(jonas, by=ada)
    for change in (
        lambda: webhook.set_up(by=ada, url=URL),
        lambda: webhook.replace_secret(by=ada),
        lambda: webhook.resume(by=ada),
        lambda: webhook.send_test(by=ada),
        lambda: webhook.remove(by=ada),
    ):
        with pytest.raises(RuleViolation):
            change()


def test_whose_account_goes_is_named_no_more(webhook, group, jonas, tomas):
    start(group, tomas)
    tomas.delete()
    assert not webhook.deliveries.exists()


def test_the_owner_sets_it_up_sees_the_secret_once_and_removes_it(signed_in, group, ada, jonas):
    client, place = signed_in(ada), reverse("webhook", args=[group.pk])
    assert place in client.get(reverse("group_settings", args=[group.pk])).content.decode()
    sent = {"url": URL, "format": "json", "events": ["thread", "acceptance"]}
    page = client.post(place, sent, follow=True).content.decode()
    webhook = Webhook.objects.get()
    assert webhook.secret in page
    other = factories.make_group(ada, name="Another")
    Webhook.objects.create(group=other, url=URL)
    client.post(reverse("webhook_secret", args=[group.pk]))
    webhook.refresh_from_db()
    assert webhook.secret not in client.get(reverse("webhook", args=[other.pk])).content.decode()
    assert webhook.secret in client.get(place).content.decode()
    Webhook.objects.filter(group=other).delete()
    assert webhook.secret not in client.get(place).content.decode()
    assert (webhook.format, webhook.on_thread, webhook.on_submission, webhook.on_acceptance) == (
        "json",
        True,
        False,
        True,
    )
    page = client.post(reverse("webhook_secret", args=[group.pk]), follow=True).content.decode()
    assert Webhook.objects.get().secret in page
    assert Webhook.objects.get().secret != webhook.secret
    assert signed_in(jonas).get(place).status_code == 404
    client.post(reverse("remove_webhook", args=[group.pk]))
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "chat",
        "http://chat.example.org/",
        "https://",
        "https://a:b@chat.example.org/",
        "https://[/",
        "https://a b/",
        "https://localhost/x",
        "https://LOCALHOST./",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://10.1.2.3/",
        "https://[::1]/",
        "https://[fe80::1%25eth0]/",
        "https://chat/",
        "https://chat.internal/",
        "https://chat.local/",
    ],
)
def test_what_is_no_address_is_refused_at_its_field(signed_in, group, ada, url):
    answer = signed_in(ada).post(
        reverse("webhook", args=[group.pk]), {"url": url, "format": "slack", "events": ["thread"]}
    )
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Webhook.objects.exists()


def test_without_an_event_it_is_refused(signed_in, group, ada):
    answer = signed_in(ada).post(reverse("webhook", args=[group.pk]), {"url": URL, "format": "slack"})
    assert answer.status_code == 422
    assert "Choose at least one event." in answer.content.decode()


def test_where_the_host_forbids_it_there_is_no_page(signed_in, webhook, group, ada, settings):
    settings.WEBHOOKS = False
    client = signed_in(ada)
    assert client.get(reverse("webhook", args=[group.pk])).status_code == 404
    assert client.post(reverse("send_webhook_test", args=[group.pk])).status_code == 404
    assert (
        reverse("webhook", args=[group.pk])
        not in client.get(reverse("group_settings", args=[group.pk])).content.decode()
    )


@pytest.mark.parametrize(
    ("says", "state", "problem"),
    [
        (answer(b"ok"), "sent", ""),
        (status("500 Oops"), "waiting", "not_shown"),
        (redirect("/b"), "waiting", "redirected"),
        (b"", "waiting", "broken_off"),
    ],
)
def test_what_a_real_host_answers_is_kept(webhook, group, jonas, fetcher, server, says, state, problem):  # noqa: F811
    server.says["/hook"] = says
    Webhook.objects.update(url=server.at("/hook"))
    start(group, jonas)
    send_due_webhooks(replace(fetcher), NOON)
    delivery = webhook.deliveries.get()
    assert (delivery.state, delivery.problem, delivery.attempts) == (state, problem, 1)
    assert json.loads(server.bodies[0])["text"].startswith("Jonas started")
