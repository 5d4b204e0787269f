"""The messages of webhooks: what is sent, and how it is signed.

Signatures and headers are those of the Standard Webhooks specification (https://www.standardwebhooks.com), for which
there are libraries."""

import hmac
import json
import re
from base64 import b64decode, b64encode
from datetime import datetime

from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from readlist_site.base.accounts.language_choice import language_of
from readlist_site.base.accounts.reset_links import site_url

from .delivery import WebhookDelivery
from .webhook import Webhook

# The types of events in JSON. Programs rely on them.
TYPES = {
    WebhookDelivery.Event.THREAD: "thread.started",
    WebhookDelivery.Event.SUBMISSION: "submission.submitted",
    WebhookDelivery.Event.ACCEPTANCE: "submission.accepted",
    WebhookDelivery.Event.TEST: "webhook.test",
}
# Chats take these for a mention of everybody, or for a link under other words: broken by a character without width.
_MARKUP = re.compile(r"@(?=\S)|\](?=\()")


def body_of(webhook: Webhook, delivery: WebhookDelivery) -> bytes:
    """Return what is sent: in the language of the group's owner."""
    with translation.override(language_of(webhook.group.owner)):
        facts = _facts(webhook, delivery)
        text = get_template(f"groups/webhooks/messages/{delivery.event}.txt").template
        sentence = " ".join(text.render(Context(facts, autoescape=False)).split())
    url = site_url() + delivery.path
    if webhook.format == Webhook.Format.SLACK:
        return _json({"text": f"{for_chat(sentence)}\n{url}"})
    group = {"id": webhook.group_id, "name": str(webhook.group), "url": site_url() + webhook.group.get_absolute_url()}
    data = {"text": sentence, "url": url, "group": group, "person": facts["person"] or None, **delivery.facts}
    happened = {"type": TYPES[delivery.event], "timestamp": delivery.created_at.isoformat()}
    return _json(happened | {"data": data})


def for_chat(text: str) -> str:
    """Return a text that a chat shows as it is: `&`, `<` and `>` as Slack wants them, and nobody mentioned."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(lambda match: f"{match[0]}\u200b", text)


def headers_of(webhook: Webhook, delivery: WebhookDelivery, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers of a message that is sent at this moment."""
    token, at = str(delivery.token), str(int(now.timestamp()))
    signed = f"{token}.{at}.".encode() + body
    key = b64decode(webhook.secret.removeprefix("whsec_"))
    signature = b64encode(hmac.digest(key, signed, "sha256")).decode()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": token,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{signature}",
    }


def _facts(webhook: Webhook, delivery: WebhookDelivery) -> dict:
    person = delivery.actor.first_name if delivery.actor else ""
    return {"person": person, "group": webhook.group.name, **delivery.facts}


def _json(value: dict) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
