"""Our messages use one term for one thing: the terms that were given up don't come back."""

import re

import pytest

from readlist_site.base.languages.catalogue import extract_messages

pytestmark = pytest.mark.one_engine

# What a term stands in for, and a pattern for the ways in which it was said. Left out, since they are right in other
# meanings: "version" (of the app), "second" (of a minute), "remove" (a member), "kept", "show".
GIVEN_UP = {
    "notification": r"notices?|told|what is new",
    "draft": r"begun and not sent",
    "revision": r"(?<!review )rounds?|earlier versions?|every version",
    "withdraw": r"(take|takes|took|taking) (\w+ ){0,3}back|taken back",
    "needs reviews": r"(?<!Most )wanted",
    "reviewing": r"(hold|holds|held|holding) (it|(this|the|a|your|their) review)|hands (are )?full"
    r"|(give|gives|gave|given) ((it|them|this|the \w+) )?back",
    "request changes": r"(ask|asks|asked|asking) for (a )?changes?",
    "still open, resolved": r"stands?|stood|standing|fell|lets? (\w+ )?go",
    "comment reply": r"(say|says|said) to (it|this|them)",
    "edit review": r"correct (your|this|the|a) \w*review|former (review|verdict|version)s?",
    "skip": r"not for me|(pass|passes|passed|passing) (it |them )?over",
    "accepted": r"agreed|retract(s|ed)?",
    "pause": r"away|(come|comes|came|coming) back",
    "role": r"ranks?",
    "transfer ownership": r"(hand|hands|handed|handing) (\w+ ){0,3}over",
    "reopen": r"(go|goes|went|going) on",
    "unban": r"lift(s|ed|ing)?",
    "invitation link": r"(make|makes|made) (a|another|the) (new )?link",
    "link problem": r"doubts?|doubtful|doubted",
    "import": r"(bring|brings|brought) (\w+ ){0,3}in",
    "used in": r"(rest|rests|rested|resting) on",
    "next step": r"next thing",
    "default list": r"no list is named",
    "System": r"device says",
    "legend": r"read the shelf",
    "the role's name": r"whoever|somebody|who isn[’']t",
    "normal word order": r"is wanted of|hears? of",
}  # fmt: skip


def test_no_message_has_a_term_that_was_given_up():
    found = {}
    for message in extract_messages():
        texts = message.id if isinstance(message.id, tuple) else (message.id,)
        for term, pattern in GIVEN_UP.items():
            for match in re.finditer(rf"\b(?:{pattern})\b", " ".join(texts), re.IGNORECASE):
                found[texts[0]] = f"“{match[0]}” (now: {term})"
    assert found == {}
