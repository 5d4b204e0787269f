"""What is refused is refused in a sentence."""

import re

from django.conf import settings

from groups.members.exceptions import SENTENCES
from groups.reviews import rules

RAISED = re.compile(
    r"\b(?:RuleViolation|ClaimLimitReached|OwnerCannotLeave|InvitationClosed|super\(\)\.__init__)\(\s*\"(\w+)\""
)


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal():
    source = "\n".join(path.read_text() for path in (settings.BASE_DIR / "groups").rglob("*.py"))
    # Whom no slot is free for is told by the page that shows who came first.
    codes = {*RAISED.findall(source), *rules.Why} - {rules.Why.NO_FREE_SLOT}
    assert codes == SENTENCES.keys()


def test_a_sentence_is_whole():
    for code, sentence in SENTENCES.items():
        if isinstance(sentence, str):
            assert re.fullmatch(r"[A-Z].*\.", sentence), code
