"""A signed-in person who speaks HTTP to a running instance, as a browser does: one connection, kept."""

import http.client
import json
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

TOKEN = "a" * 32
TEXT = "What a nat of divergence costs: $\\beta\\,\\mathrm{KL}$. It *fails* where the reward model was never asked.\n\n"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


class Unanswered(Exception):
    """The connection ended before the answer."""


class Person:
    """One of the world's people. Not for several threads at once."""

    def __init__(self, address: str, world: dict, number: int, *, timeout: float = 60, source: str = "") -> None:
        """`source` is the address that they come from, one of this machine."""
        self.address, self.world, self.number, self.timeout = address, world, number, timeout
        self.source = (source, 0) if source else None
        self.cookie = f"sessionid={world['sessions'][number]}; csrftoken={TOKEN}"
        self.tab = str(uuid.uuid4())
        self.seen: str | None = None
        self.connection: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, data: dict[str, str], **headers: str) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **data})
        return self._ask("POST", path, body, {"Content-Type": FORM, **headers})

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        headers = {"Cookie": self.cookie, **headers}
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(
                    urlsplit(self.address).netloc, timeout=self.timeout, source_address=self.source
                )
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            with suppress(OSError):
                self.close()
            raise Unanswered(f"{method} {path}: {error!r}") from error
        if response.will_close:
            self.close()
        return Answer(response.status, dict(response.headers), text)

    # What people do

    @property
    def pages(self) -> tuple[str, ...]:
        """Those that people open most."""
        world = self.world
        return ("/", f"/groups/{world['group']}/", f"/threads/{world['thread']}/", f"/topics/{world['topic']}/")

    def autosave(self, texts: list[str]) -> Answer:
        """Save a draft of the summary, as the page does while one types."""
        path = f"/topics/{self.world['topic']}/summary/draft/"
        if self.seen is None:
            page = self.get(f"/topics/{self.world['topic']}/summary/").body
            found = re.search(r'name="seen"\s+value="([^"]*)"', page)
            self.seen = found[1] if found else ""
        state = {"tab": self.tab, "seen": self.seen}
        answer = self.post(path, self._answers(texts) | state, **{"X-Requested-With": "fetch"})
        if answer.status == 200:
            self.seen = json.loads(answer.body)["seen"]
        return answer

    def preview_summary(self, texts: list[str]) -> Answer:
        path = f"/topics/{self.world['topic']}/summary/preview/"
        return self.post(path, self._answers(texts), **{"HX-Request": "true"})

    def _answers(self, texts: list[str]) -> dict[str, str]:
        return {f"answer_{pk}": text for pk, text in zip(self.world["prompts"], texts, strict=False)}

    def preview(self, text: str) -> Answer:
        return self.post("/preview/?box=body", {"body": text}, **{"HX-Request": "true"})

    def reply(self, text: str, key: uuid.UUID | None = None) -> Answer:
        """Send a post to the thread. Sent again with the same key, it is the same post."""
        return self.post(
            f"/threads/{self.world['thread']}/posts/", {"body": text, "idempotency_key": str(key or uuid.uuid4())}
        )
