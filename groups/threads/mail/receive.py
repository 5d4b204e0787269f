"""Takes a reply by mail, and makes the post of it.

Who it is from is believed because only their mails had the address, and its sender must be the one on file, too. What
machines send is passed over in silence, so that two of them never write to each other. What a person has to know
goes to the address on file, never to what a mail says of its sender."""

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses

from django.db import transaction
from django.utils import translation

from groups.members.exceptions import RuleViolation
from groups.threads import notifications
from groups.threads.forms.post import PostForm
from groups.threads.post import Post
from groups.threads.read_position import ReadPosition, first_unread, read_to
from groups.threads.thread import Thread
from readlist_site.base.accounts.language_choice import language_of
from readlist_site.base.accounts.models import User
from readlist_site.base.rate_limits.limit import Limit, LimitReached, person_key
from readlist_site.base.text import TextTooLong

from .note import send_note
from .reply_address import Reply, read_reply_address
from .reply_text import NoPlainText, typed_in

# Bytes; a larger mail is refused before it is read.
LARGEST = 10 * 1024 * 1024
_NAMESPACE = uuid.UUID("6f0ba1f4-1f2a-4f0e-9a35-5f8f6a3b7c11")
_OF_LISTS = ("List-Id", "List-Post", "List-Unsubscribe")
_OF_ROBOTS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Loop", "Feedback-ID")


class MailRefused(Exception):
    """The mail is refused: `status`, of sysexits.h, tells the mail server what to do with it."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def receive(raw: bytes, recipient: str = "") -> Post | None:
    """Make the post that a mail replies with, and return it; None for a mail from a machine, one that came before, and
    one about which its sender got a note. `recipient` is the address that it was delivered to; without it, those in its
    header count. Raises MailRefused."""
    if len(raw) > LARGEST:
        raise MailRefused(os.EX_DATAERR, "The mail is too large.")
    addressed = _addressed([recipient]) if recipient else None
    with _reading():
        message = message_from_bytes(raw, policy=policy.default)
        named = [] if addressed else _recipients(message)
    return _receive(message, *(addressed or _addressed(named)))


@contextmanager
def _reading() -> Iterator[None]:
    """Refuse, for good, a mail that the library can't parse: it would be no different the next time."""
    try:
        yield
    except (ValueError, LookupError, AttributeError, IndexError, RecursionError, MessageError) as error:
        raise MailRefused(os.EX_DATAERR, "The mail can’t be read.") from error


def _receive(message: EmailMessage, address: str, reply: Reply) -> Post | None:
    person = User.objects.filter(pk=reply.person, is_active=True, is_demo=False).first()
    post = Post.objects.select_related("thread__group").filter(pk=reply.post).first()
    if person is None or post is None or not post.thread.group.memberships.filter(person=person).exists():
        raise MailRefused(os.EX_NOUSER, "There is no such address.")
    with _reading():
        is_passed_over = is_automatic(message)
        senders = [each.lower() for _, each in getaddresses(message.get_all("From", []))]
        message_id = (message.get("Message-ID") or "").strip()
        # One mail may reply in several threads.
        form_id = uuid.uuid5(_NAMESPACE, f"{person.pk} {post.thread_id} {message_id}")
    if is_passed_over:
        return None
    if senders != [person.email.lower()]:
        raise MailRefused(os.EX_NOPERM, "Replies are taken from the address of the account alone.")
    if not message_id:
        raise MailRefused(os.EX_DATAERR, "The mail has no Message-ID.")
    if Post.objects.filter(author=person, form_id=form_id).exists():
        return None
    return _post(message, address, person, post, form_id)


def _recipients(message: EmailMessage) -> list[str]:
    named = ("X-Original-To", "Delivered-To", "To", "Cc")
    return [each for name in named for _, each in getaddresses(map(str, message.get_all(name, [])))]


def _addressed(named: Iterable[str]) -> tuple[str, Reply]:
    """Return the address, of these, that took the mail, and what it stands for. Raises MailRefused."""
    for address in named:
        if reply := read_reply_address(address):
            return address, reply
    raise MailRefused(os.EX_NOUSER, "There is no such address.")


def is_automatic(message: EmailMessage) -> bool:
    """Return whether a machine sent the mail: an automatic reply, a report of a mail server, a mailing list."""
    submitted = (message.get("Auto-Submitted") or "no").split(";")[0].strip().lower()
    precedence = (message.get("Precedence") or "").strip().lower()
    return (
        submitted != "no"
        or precedence in {"bulk", "list", "junk", "auto_reply", "auto-reply"}
        or (message.get("Return-Path") or "").strip() == "<>"
        or message.get_content_type() == "multipart/report"
        or any(name in message for name in (*_OF_LISTS, *_OF_ROBOTS))
    )


def _post(message: EmailMessage, address: str, person: User, replied_to: Post, form_id: uuid.UUID) -> Post | None:
    thread = replied_to.thread
    try:
        with _reading():
            typed = typed_in(message, address)
            has_files = any(map(_is_attached, message.walk()))
    except NoPlainText:
        return _not_posted(person, message, thread, reason="no_plain_text")
    with translation.override(language_of(person)):
        form = PostForm({"body": typed, "idempotency_key": form_id})
        said = [] if form.is_valid() else [str(error) for errors in form.errors.values() for error in errors]
    if said:
        return _not_posted(person, message, thread, reason="refused", details=said)
    limit = Limit.of("post", person_key(person))
    try:
        limit.take()
    except LimitReached as reached:
        raise MailRefused(os.EX_TEMPFAIL, "Too many posts; the mail server tries again later.") from reached
    try:
        with transaction.atomic():
            # Who replies to a post has read it, but maybe not those before it.
            if first_unread(Thread.objects.annotate(read_to=read_to(person)).get(pk=thread.pk), person) == replied_to:
                ReadPosition.objects.mark_read(thread, person, to=replied_to.pk)
            notifications.resolve_replied(replied_to, person)
            post = Post.objects.reply(thread=thread, author=person, **form.post_fields)
    except (RuleViolation, TextTooLong) as refusal:
        limit.give_back()
        return _not_posted(person, message, thread, reason="refused", details=[refusal])
    if has_files:
        send_note(person, message, thread, reason="attachments", url=post.get_absolute_url())
    return post


def _not_posted(person: User, message: EmailMessage, thread: Thread, **why) -> None:
    """Tell the person that nothing was posted. Raises MailRefused if they can't be told now: the mail comes again."""
    if not send_note(person, message, thread, **why):
        raise MailRefused(os.EX_TEMPFAIL, "The note about it could not be sent; the mail server tries again later.")


def _is_attached(part: EmailMessage) -> bool:
    """Return whether a part is a file of the sender's, and not a picture in their signature."""
    is_file = part.get_content_maintype() not in {"text", "multipart"} and "Content-ID" not in part
    return part.get_content_disposition() == "attachment" or is_file
