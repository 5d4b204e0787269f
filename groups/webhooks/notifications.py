"""Tells a group's owner that its webhook is paused. Takes groups without importing their model. The sentence is in
`templates/groups/webhooks/notifications/`."""

from datetime import datetime

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind
from readlist_site.base.notifications.notification import Notification

PAUSED = "webhook_paused"

KINDS = (
    NotificationKind(
        PAUSED,
        _("The webhook of your group is paused"),
        "groups/webhooks/notifications/paused.txt",
        EmailPreference.Mail.AT_ONCE,
        can_be_off=True,
        ended=_("The webhook was changed, or you no longer own the group"),
    ),
)


def _about(group: Model) -> str:
    return f"groups/{group.pk}/webhook"


def notify_paused(group: Model, now: datetime) -> None:
    """Notify the owner."""
    Notification.objects.notify(
        User.objects.filter(pk=group.owner_id), kind=PAUSED, key=f"webhook-{group.pk}-{now:%Y%m%d%H%M%S}",
        about=_about(group), facts={"group": group.name}, url=reverse("webhook", args=[group.pk]), now=now,
    )  # fmt: skip


def resolve_paused(group: Model) -> None:
    """Mark the notifications that the webhook is paused as obsolete."""
    Notification.objects.mark_obsolete(about=_about(group), kinds=[PAUSED])
