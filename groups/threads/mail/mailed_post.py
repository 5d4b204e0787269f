"""What a mail about new posts says of them, so that it can be replied to."""

from django.conf import settings

from groups.threads import notifications as told
from groups.threads.post import Post
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.mail_reply import MailReply
from readlist_site.base.notifications.notification import Notification

from .reply_address import Reply, reply_address

REPLIED = {told.REPLY, told.NEW_THREAD, told.QUOTE, told.MENTION}
# So many characters of a post are mailed, and so many posts.
LONGEST, MOST = 4_000, 20


def reply_by_mail(person: User, notifications: list[Notification]) -> MailReply | None:
    """Return how a mail about posts of one thread can be replied to, with the texts of the posts; None where the host
    takes no replies by mail, and for any other mail."""
    if not settings.MAIL_REPLY_DOMAIN:
        return None
    keys = {each.pk: each.facts["post"] for each in notifications if each.kind in REPLIED and each.facts}
    posts = Post.objects.visible_to(person).not_deleted().filter(pk__in=keys.values()).order_by("-pk")
    bodies = dict(
        posts.filter(thread__closed_at=None, thread__group__archived_at=None).values_list("pk", "body")[:MOST]
    )
    if not bodies:
        return None
    texts = {key: _shortened(bodies[post]) for key, post in keys.items() if post in bodies}
    return MailReply(reply_address(Reply(person.pk, max(bodies))), texts)


def _shortened(body: str) -> str:
    return body if len(body) <= LONGEST else f"{body[:LONGEST].rstrip()} …"
