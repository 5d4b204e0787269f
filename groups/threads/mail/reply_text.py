"""What a person has typed in a reply by mail: without the mail that it replies to, and without their signature."""

import re
from email.message import EmailMessage

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from quotequail import unwrap

# A longer line introduces no quotation; the patterns that look for one take long for it.
_LONGEST_INTRODUCTION = 400
# More than a post can have.
_MOST_CHARACTERS, _MOST_LINES = 200_000, 3_000
_SIGNATURE = re.compile(r"(?:^|\n)-- ?\n.*\Z", re.DOTALL)
_PHONE = re.compile(
    r"(?:\A|\n)[ \t]*(?:Sent from (?:my|Outlook|Yahoo|Mail|Proton)|Get Outlook for|Von meinem|Gesendet (?:von|mit))"
    r"[^\n]{0,80}\s*\Z",
    re.IGNORECASE,
)


class NoPlainText(Exception):
    """The mail has no part in plain text, or one that can't be read."""


def typed_in(message: EmailMessage, address: str) -> str:
    """Return the typed text of a mail to this address, "" if it has none. Raises NoPlainText."""
    text = _plain_text(message)[:_MOST_CHARACTERS]
    lines = text.strip("\n").split("\n")[:_MOST_LINES]
    text = "\n".join(lines)
    # Shortened line by line, so that what is found can be cut from the lines themselves.
    found = unwrap("\n".join(line[:_LONGEST_INTRODUCTION] for line in lines)) or {}
    above = _above_marker(text)
    if above.strip() and (not found or found["type"] == "quote"):
        # Of a mail program whose introduction nobody knows.
        text = above
    elif top := found.get("text_top"):
        text = _beginning(lines, top)
    elif bottom := found.get("text_bottom"):
        # Under the quotation, or between its lines.
        text = "\n".join(line for line in _end(lines, bottom) if not line.startswith(">"))
    elif found:
        text = ""
    # What was found may be a quotation in the post that our mail contains.
    text = _above_marker(text)
    text = _PHONE.sub("", _SIGNATURE.sub("", text.rstrip() + "\n").rstrip())
    # Nobody else may get what posts in the person's name, wherever it was quoted.
    return "\n".join(line for line in text.split("\n") if address.lower() not in line.lower()).strip("\n")


def _plain_text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    if part is None:
        raise NoPlainText
    try:
        text = part.get_content()
    except (LookupError, ValueError) as error:  # of an encoding that nobody knows
        raise NoPlainText from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    # Some encodings have characters that no text can be stored with.
    text = text.encode(errors="replace").decode()
    if part.get_param("format", "") == "flowed":
        text = _unflowed(text, joins_words=part.get_param("delsp", "") == "yes")
    return text


def _unflowed(text: str, *, joins_words: bool) -> str:
    """Return a text of RFC 3676 with its paragraphs as lines: what ends with a space goes on in the next line."""
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        quoted = line.startswith(">")
        shown = line if quoted else line.removeprefix(" ")
        if goes_on and not quoted:
            lines[-1] = (lines[-1][:-1] if joins_words else lines[-1]) + shown
        else:
            lines.append(shown)
        goes_on = not quoted and shown.endswith(" ") and shown != "-- "
    return "\n".join(lines)


def _beginning(lines: list[str], top: str) -> str:
    first = next(number for number, line in enumerate(lines) if line.strip())
    return "\n".join(lines[first : first + top.count("\n") + 1])


def _end(lines: list[str], bottom: str) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines[-(bottom.count("\n") + 1) :]


def _above_marker(text: str) -> str:
    """Return what stands above the line that our mails begin with, without what introduces it; all where there is no
    such line."""
    for marker in _markers():
        above, found, _ = text.partition(marker)
        if found:
            kept = above.rstrip("> \t\n-—").split("\n")
            return "\n".join(kept[:-1] if kept[-1].rstrip().endswith(":") else kept)
    return text


def _markers() -> list[str]:
    markers = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            markers.append(render_to_string("notifications/reply_marker.txt").strip())
    return markers
