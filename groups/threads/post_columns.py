"""What the row of a post holds of a text, and the key by which a text sent twice is one post."""

import uuid

from readlist_site.base.text import RENDERER_VERSION, Rendered, render


def body_columns(body: str, rendered: Rendered | None = None) -> dict:
    """What a post keeps of a text. `rendered`: the same as HTML, where it has been rendered."""
    return {"body": body, "body_html": (rendered or render(body)).html, "renderer": RENDERER_VERSION}


def idempotency_key_for(idempotency_key: uuid.UUID | None, *said) -> uuid.UUID:
    """Tells what was sent twice from what was sent anew. What is said is part of it: a form that the browser brought
    back, with other words in it, is another post."""
    return uuid.uuid5(idempotency_key, " ".join(map(str, said))) if idempotency_key else uuid.uuid4()
