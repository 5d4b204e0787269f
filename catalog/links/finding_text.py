"""What checks of links found, as it is stored and as it is shown.

A note is stored as a code with facts, as JSON: `["gone", {"status": 404}]`. Texts that people wrote, and those of
earlier versions, are stored as they are shown."""

import json

from django.utils.translation import gettext_lazy as _

from readlist_site.base.text.deleted_text import stored_text

SENTENCES = {
    # What the host said, or didn't
    "not_web": _("This isn’t a web address."),
    "holds_password": _("The address contains a password."),
    "port": _("The address leads to port %(port)s."),
    "not_public": _("%(host)s is not on the public internet."),
    "no_such_host": _("There is no such host."),
    "lookup_failed": _("The name of the host could not be looked up."),
    "refused": _("The host refuses connections."),
    "circle": _("The link redirects in a circle."),
    "too_many_redirects": _("The link redirects too often."),
    "gone": _("The host says that there is no such page (%(status)s)."),
    "later": _("The host asks to come again later (%(status)s)."),
    "not_shown": _("The host doesn’t show the page to a program (%(status)s)."),
    "too_slow": _("The host took too long to answer."),
    "certificate": _("The certificate of the host is not valid."),
    "broken_off": _("The connection broke off, or the answer could not be read."),
    "offline": _("Nothing could be reached from this server."),
    # What the page said
    "says_not_found": _("The page says that it was not found: “%(title)s”."),
    "wall": _("The page shows a sign-in or a check to programs."),
    "other_title": _("The title of the page is “%(title)s”."),
    "moved_to_front": _("The link now leads to the front page of %(host)s."),
    "moved": _("The link redirects permanently to %(host)s."),
    # Why a problem was resolved without a curator
    "answers_again": _("The link works again."),
    "facts_corrected": _("The facts about the link were corrected."),
    "other_link": _("The list has another link now."),
    "merged": _("The source was merged with another, whose link was kept."),
    # A report without a text
    "reported_broken": _("A member reported that the link is broken."),
    "reported_wrong": _("A member reported that the link leads elsewhere."),
}


def stored_finding(code: str, **facts: str | int) -> str:
    """Return a note to store. The same finding is always stored as the same text."""
    if code not in SENTENCES:
        raise KeyError(code)
    return json.dumps([code, facts], ensure_ascii=False, sort_keys=True)


def finding_text(note: str) -> str:
    """Return a stored note in the active language; what is no finding of this version as it is."""
    if not note.startswith('["'):
        return "\n".join(map(stored_text, note.split("\n")))
    try:
        code, facts = json.loads(note)
        return str(SENTENCES[code]) % facts
    except (ValueError, KeyError, TypeError):
        return note
