"""Replies by mail: what a person typed becomes their post, once, and what anybody else sends changes nothing."""

import io
import os
import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from groups.leaving.archive import archive_group
from groups.leaving.leave import remove_from_group
from groups.threads import moderation
from groups.threads.mail.receive import LARGEST, MailRefused, receive
from groups.threads.mail.reply_address import Reply, read_reply_address, reply_address
from groups.threads.mail.reply_text import NoPlainText, typed_in
from groups.threads.post import Post
from groups.threads.read_position import ReadPosition
from groups.threads.thread import Thread
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.outbox import send_due_emails
from readlist_site.base.text import MAX_LENGTH

LATER = timedelta(minutes=5)
QUOTED = (
    "> —— Write your reply above this line ——\n>\n> Hello Jonas,\n>\n> Ada mentioned you in “Which knob?”\n> https://x/"
)


@pytest.fixture(autouse=True)
def domain(settings):
    settings.MAIL_REPLY_DOMAIN = "reply.example.org"


@pytest.fixture
def thread(group, ada):
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body="A **word**\n\nfor @jonas")


@pytest.fixture
def address(thread, jonas):
    return reply_address(Reply(jonas.pk, thread.posts.get().pk))


def reply_mail(person, to: str, text: str = "The batch size.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"{person.display_name} <{person.email}>", to, "Re: Ada"
    message["Message-ID"] = make_msgid()
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def said(thread) -> list[str]:
    return list(thread.posts.order_by("pk").values_list("body", flat=True))[1:]


def test_an_address_is_for_one_person_and_post_in_any_case_and_cannot_be_made_up(address, jonas, thread, settings):
    reply = Reply(jonas.pk, thread.posts.get().pk)
    assert read_reply_address(address) == read_reply_address(address.upper()) == reply
    assert len(reply_address(Reply(10**18 - 1, 10**18 - 1)).partition("@")[0]) <= 64
    local, _, domain = address.partition("@")
    person, post, signature = local.removeprefix("reply+").split("-")
    for other in (
        f"reply+{int(person) + 1}-{post}-{signature}@{domain}",
        f"reply+{person}-{int(post) + 1}-{signature}@{domain}",
        f"reply+{person}-{post}-{signature[:-1]}@{domain}",
        f"{local}@elsewhere.org", "reply+@" + domain, "reply+a-b-c@" + domain, f"reply+²-1-{signature}@{domain}", "",
    ):  # fmt: skip
        assert read_reply_address(other) is None
    settings.MAIL_REPLY_DOMAIN = ""
    assert read_reply_address(address) is None


class Mailbox:
    """Takes what an SMTP server gets."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 yes"


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = False
    yield box
    controller.stop()


def test_a_mail_goes_out_and_the_reply_to_it_is_the_post(thread, ada, jonas, mailbox):
    send_due_emails(timezone.now() + LATER)
    (letter,) = mailbox.mails
    assert letter["To"] == jonas.email
    text = letter.get_content().replace("\r\n", "\n")
    assert text.startswith("—— Write your reply above this line ——")
    assert "A **word**\n\nfor @jonas" in text
    quoted = "".join(f"> {line}\n" for line in text.splitlines())
    reply = reply_mail(
        jonas, str(letter["Reply-To"]), f"Yes, the **batch**.\n\nBoth.\n\nOn Mon, Readlist wrote:\n\n{quoted}"
    )
    post = receive(reply.as_bytes(), str(letter["Reply-To"]))
    assert (post.body, post.author, post.thread) == ("Yes, the **batch**.\n\nBoth.", jonas, thread)
    assert "<strong>batch</strong>" in post.body_html
    assert Notification.objects.filter(person=ada, kind="reply", facts__post=post.pk).exists()


def test_who_replies_to_a_post_has_read_it_and_none_of_those_after_it(thread, address, ada, jonas):
    replied_to = thread.posts.get()
    later = Post.objects.reply(thread=thread, author=ada, body="And you, @jonas?")
    assert receive(reply_mail(jonas, address).as_bytes(), address)
    told = Notification.objects.filter(person=jonas).unread()
    assert set(told.values_list("facts__post", flat=True)) == {later.pk}
    assert ReadPosition.objects.get(thread=thread, membership__person=jonas).read_to == replied_to.pk


def test_what_came_before_the_post_replied_to_stays_unread(thread, ada, jonas):
    before = thread.posts.get()
    replied_to = Post.objects.reply(thread=thread, author=ada, body="And you, @jonas?")
    address = reply_address(Reply(jonas.pk, replied_to.pk))
    assert receive(reply_mail(jonas, address).as_bytes(), address)
    told = Notification.objects.filter(person=jonas).unread()
    assert set(told.values_list("facts__post", flat=True)) == {before.pk}
    assert not ReadPosition.objects.filter(thread=thread, membership__person=jonas, read_to__gte=before.pk).exists()


def test_a_mail_about_several_threads_or_anything_else_cannot_be_replied_to(group, thread, ada, jonas, settings):
    Thread.objects.start(group=group, author=ada, title="Second", body="@jonas?")
    send_due_emails(timezone.now() + LATER)
    group.membership_of(jonas).set_role("moderator", by=ada)
    send_due_emails(timezone.now() + LATER)
    settings.MAIL_REPLY_DOMAIN = ""
    Post.objects.reply(thread=thread, author=ada, body="@jonas?")
    send_due_emails(timezone.now() + LATER)
    assert [letter.reply_to for letter in mail.outbox] == [[], [], []]
    assert not any("above this line" in letter.body or "@jonas?" in letter.body for letter in mail.outbox)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Just this.", "Just this."),
        (f"# One\n\n- two\n\n> three\n\n```\n> four\n```\n\nOn Mon, 1 Mar 2027 at 6:00 PM R <r@x> wrote:\n\n{QUOTED}",
         "# One\n\n- two\n\n> three\n\n```\n> four\n```"),
        (f"Ja.\n\nAm Mo., 30. Nov. 2026 um 18:00 Uhr schrieb Readlist <\nreply@x>:\n\n{QUOTED}", "Ja."),
        (f"Ja.\n\nAm 30.11.26 um 18:00 schrieb Readlist:\n{QUOTED}\n\n-- \nJonas Lind", "Ja."),
        ("Ja.\n\nVon: Readlist <r@x>\nGesendet: Montag, 30. November 2026 18:00\nAn: J <j@x>\nBetreff: Ada\n\nHello",
         "Ja."),
        ("Yes.\n\n________________________________\nFrom: Readlist <r@x>\nSent: Monday, November 30, 2026 6:00 PM\n"
         "To: Jonas <j@x>\nSubject: Ada\n\nHello", "Yes."),
        (f"Yes.\n\nSent from my iPhone\n\n> On 30 Nov 2026, at 18:00, Readlist <r@x> wrote:\n>\n{QUOTED}", "Yes."),
        ("Yes.\n\n-- \nJonas Lind\nACME", "Yes."),
        (f"On 11/30/26 18:00, Readlist wrote:\n{QUOTED}\n\nUnder it.", "Under it."),
        (f"Jawohl.\n\nReadlist napisał:\n{QUOTED}", "Jawohl."),
        ("Jawohl.\n\nReadlist napisał:\n—— Write your reply above this line ——\n\nHello,\n\nOn Mon, Ada wrote:\n\n"
         "> Which knob?\n\nUnsubscribe", "Jawohl."),
        (f"{QUOTED}", ""),
        ("", ""),
        ("Thanks for the link. Best of all: beta.", "Thanks for the link. Best of all: beta."),
    ],
)  # fmt: skip
def test_of_a_reply_only_what_was_typed_is_taken(address, jonas, text, typed):
    assert typed_in(reply_mail(jonas, address, text), address) == typed


def test_lines_that_a_mail_program_broke_are_joined(address, jonas):
    message = reply_mail(jonas, address, "A line that \ngoes on.\n\n From here.\n> quoted \nNot quoted.\n")
    message.set_param("format", "flowed")
    assert typed_in(message, address) == "A line that goes on.\n\nFrom here.\n> quoted \nNot quoted."


def test_nobody_gets_the_address_of_another_who_quotes_it(address, jonas):
    text = f"Yes.\n\nwrite to {address.upper()}\n\nMore."
    assert typed_in(reply_mail(jonas, address, text), address) == "Yes.\n\n\nMore."


@pytest.mark.parametrize("text", ["Am 1 um 2 schrieb " * 20_000, "On " * 100_000, "On x\nwrote\n" * 40_000])
def test_a_text_made_to_take_long_does_not(address, jonas, text):
    began = timezone.now()
    typed_in(reply_mail(jonas, address, text), address)
    assert (timezone.now() - began).total_seconds() < 5


def test_a_mail_that_comes_twice_is_posted_once_whatever_it_says_then(thread, address, jonas):
    message = reply_mail(jonas, address)
    assert receive(message.as_bytes(), address)
    message.set_content("Something else.")
    assert receive(message.as_bytes(), address) is None
    assert said(thread) == ["The batch size."]
    assert receive(reply_mail(jonas, address).as_bytes(), address)


def test_the_address_is_also_found_in_the_headers(thread, address, jonas):
    message = reply_mail(jonas, f"Someone <other@example.org>, Readlist <{address}>")
    receive(message.as_bytes())
    assert said(thread) == ["The batch size."]


HOSTILE = {
    "no address": (lambda mail: mail.replace_header("To", "reply+1-1-aaaa@reply.example.org"), os.EX_NOUSER),
    "another sender": (lambda mail: mail.replace_header("From", "Jonas <jonas@evil.example>"), os.EX_NOPERM),
    "two senders": (lambda mail: mail.replace_header("From", f"{mail['From']}, x@evil.example"), os.EX_NOPERM),
    "no sender": (lambda mail: mail.__delitem__("From"), os.EX_NOPERM),
    "no Message-ID": (lambda mail: mail.__delitem__("Message-ID"), os.EX_DATAERR),
    "automatic": (lambda mail: mail.add_header("Auto-Submitted", "auto-replied"), None),
    "bulk": (lambda mail: mail.add_header("Precedence", "bulk"), None),
    "a list": (lambda mail: mail.add_header("List-Id", "<a.example.org>"), None),
    "a robot": (lambda mail: mail.add_header("X-Autoreply", "yes"), None),
    "a bounce": (lambda mail: mail.add_header("Return-Path", "<>"), None),
    "a report": (lambda mail: mail.replace_header("Content-Type", "multipart/report; boundary=x"), None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_changes_nothing(thread, address, jonas, name):
    change, status = HOSTILE[name]
    message = reply_mail(jonas, address)
    change(message)
    if status is None:
        assert receive(message.as_bytes()) is None
    else:
        with pytest.raises(MailRefused) as refused:
            receive(message.as_bytes())
        assert refused.value.status == status
    assert said(thread) == []
    assert mail.outbox == []


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0" * 1000, b"From: \xff\xfe\n\n", b"To: =?utf-8?q?=FF?= <\n\nx", b"Content-Type: multipart/mixed\n\n",
     b"x" * (LARGEST + 1)],
)  # fmt: skip
def test_rubbish_is_refused(db, raw):
    with pytest.raises(MailRefused):
        receive(raw)


@pytest.mark.one_engine
def test_a_mail_of_too_many_parts_in_parts_is_refused_for_good(thread, address, jonas):
    head = f"From: {jonas.email}\nTo: {address}\nMessage-ID: <1@x>\n"
    parts = (f'Content-Type: multipart/mixed; boundary="b{each}"\n\n--b{each}\n' for each in range(1_200))
    raw = (head + "".join(parts) + "\nWords").encode()
    for recipient, status in ((address, os.EX_DATAERR), ("", os.EX_DATAERR), ("x@reply.example.org", os.EX_NOUSER)):
        with pytest.raises(MailRefused) as refused:
            receive(raw, recipient)
        assert refused.value.status == status
    assert said(thread) == []


def test_a_fault_of_ours_is_not_taken_for_one_of_the_mail(thread, address, jonas, monkeypatch):
    monkeypatch.setattr(Post.objects, "reply", lambda **fields: {}["fault"])
    with pytest.raises(KeyError):
        receive(reply_mail(jonas, address).as_bytes(), address)


def test_one_mail_may_reply_in_two_threads(group, thread, address, ada, jonas):
    second = Thread.objects.start(group=group, author=ada, title="Second", body="Hm.")
    other = reply_address(Reply(jonas.pk, second.posts.get().pk))
    raw = reply_mail(jonas, f"{address}, {other}").as_bytes()
    for each in (address, other, address, other):
        receive(raw, each)
    assert said(thread) == said(second) == ["The batch size."]


def test_characters_that_cannot_be_stored_are_replaced(thread, address, jonas):
    raw = f"From: {jonas.email}\nTo: {address}\nMessage-ID: <1@x>\nContent-Type: text/plain; charset=utf-7\n\n"
    receive((raw + "A +2AA- b").encode(), address)
    assert said(thread) == ["A ? b"]


def test_where_neither_a_post_nor_a_note_can_be_made_the_mail_comes_again(thread, address, jonas, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"mail_note": (1, 3600)}
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    for _ in range(2):
        with pytest.raises(MailRefused) as refused:
            receive(reply_mail(jonas, address, "").as_bytes(), address)
        assert refused.value.status == os.EX_TEMPFAIL


@pytest.mark.parametrize(
    "headers",
    [b"Content-Type: text/plain; charset=nonsense", b"Content-Type: text/html", b"Content-Type: image/png",
     b"Content-Type: multipart/mixed; boundary=x"],
)  # fmt: skip
def test_a_mail_without_plain_text_is_refused_with_a_note(thread, address, jonas, headers):
    raw = f"From: {jonas.email}\nTo: {address}\nMessage-ID: <1@x>\n".encode() + headers + b"\n\n<p>Words</p>"
    assert receive(raw) is None
    assert said(thread) == []
    (note,) = mail.outbox
    assert note.to == [jonas.email]
    assert "no plain text" in note.body
    assert note.extra_headers == {"Auto-Submitted": "auto-replied", "In-Reply-To": "<1@x>"}


def test_files_are_left_out_with_a_note_and_pictures_of_a_signature_without_one(thread, address, jonas):
    message = reply_mail(jonas, address)
    message.add_attachment(b"GIF", maintype="image", subtype="gif", cid="<logo>", disposition="inline")
    receive(message.as_bytes())
    assert mail.outbox == []
    message = reply_mail(jonas, address, "Second.")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="paper.pdf")
    receive(message.as_bytes())
    assert said(thread) == ["The batch size.", "Second."]
    assert "without its attachments" in mail.outbox[0].subject


def test_what_could_not_be_posted_on_the_page_cannot_be_posted_by_mail(group, thread, address, ada, jonas):
    for text, words in (("", "Write something first."), ("x" * (MAX_LENGTH + 1), "characters"), ("> Only quoted", "")):
        receive(reply_mail(jonas, address, text).as_bytes())
        assert words in mail.outbox.pop().body if words else True
    moderation.close(thread, ada, reason="Said.")
    receive(reply_mail(jonas, address).as_bytes())
    assert "closed" in mail.outbox.pop().body
    moderation.reopen(thread, ada)
    archive_group(group, by=ada)
    receive(reply_mail(jonas, address).as_bytes())
    assert "archived" in mail.outbox.pop().body
    assert said(thread) in ([], ["> Only quoted"])


def test_who_is_out_posts_nothing_and_hears_nothing(group, thread, address, ada, jonas):
    remove_from_group(group.membership_of(jonas), by=ada)
    with pytest.raises(MailRefused) as refused:
        receive(reply_mail(jonas, address).as_bytes())
    assert refused.value.status == os.EX_NOUSER
    assert mail.outbox == []


def test_above_the_limit_the_mail_server_tries_again_later_and_notes_are_few(thread, address, jonas, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"post": (1, 3600), "mail_note": (1, 3600)}
    receive(reply_mail(jonas, address, "").as_bytes())
    receive(reply_mail(jonas, address, "").as_bytes())
    assert len(mail.outbox) == 1
    receive(reply_mail(jonas, address, "First.").as_bytes())
    with pytest.raises(MailRefused) as refused:
        receive(reply_mail(jonas, address, "Second.").as_bytes())
    assert refused.value.status == os.EX_TEMPFAIL
    assert said(thread) == ["First."]


def test_the_note_is_in_the_persons_language(thread, address, jonas):
    jonas.language = "de"
    jonas.save()
    receive(reply_mail(jonas, address, "").as_bytes())
    assert "Hallo" in mail.outbox[0].body
    assert "Write something" not in mail.outbox[0].body


def run(monkeypatch, raw: bytes, *args: str) -> int:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    try:
        call_command("receive_mail", *args, stderr=io.StringIO())
    except SystemExit as ended:
        return ended.code
    return os.EX_OK


def test_the_command_tells_the_mail_server_what_became_of_it(monkeypatch, thread, address, jonas, settings):
    raw = reply_mail(jonas, address).as_bytes()
    assert run(monkeypatch, raw, address) == os.EX_OK
    assert said(thread) == ["The batch size."]
    assert run(monkeypatch, raw, "nobody@reply.example.org") == os.EX_NOUSER
    assert run(monkeypatch, raw + b"x" * 50_000_000, address) == os.EX_DATAERR
    monkeypatch.setattr("groups.threads.mail.receive.read_reply_address", lambda address: 1 / 0)
    assert run(monkeypatch, raw, address) == os.EX_TEMPFAIL
    settings.MAIL_REPLY_DOMAIN = ""
    assert run(monkeypatch, raw, address) == os.EX_TEMPFAIL
    assert len(said(thread)) == 1


def test_a_text_in_an_unknown_encoding_is_no_plain_text(address, jonas):
    message = reply_mail(jonas, address)
    message.set_param("charset", "nonsense")
    with pytest.raises(NoPlainText):
        typed_in(message, address)
