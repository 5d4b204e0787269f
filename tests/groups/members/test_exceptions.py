"""What is refused is refused in a sentence."""

import re

import pytest
from django.conf import settings
from django.utils.translation import override

from groups.members.exceptions import SENTENCES, RuleViolation
from groups.reviews import rules

pytestmark = pytest.mark.django_db

RAISED = re.compile(
    r"(?:\b(?:RuleViolation|ClaimLimitReached|OwnerCannotLeave|InvitationClosed|super\(\)\.__init__)\(\s*|refusal=)\"(\w+)\""
)


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal():
    rooms = (settings.BASE_DIR / "groups", settings.BASE_DIR / "readlist_site/pages")
    source = "\n".join(path.read_text() for room in rooms for path in room.rglob("*.py"))
    # Whom no slot is free for is told by the page that shows who came first.
    codes = {*RAISED.findall(source), *rules.Why} - {rules.Why.NO_FREE_SLOT}
    assert codes == SENTENCES.keys()


def test_a_sentence_is_whole():
    for code, sentence in SENTENCES.items():
        assert re.fullmatch(r"[A-Z%].*\.", str(sentence)), code


def test_a_refusal_names_people_by_their_first_name_in_the_readers_language(group, ada):
    refused = RuleViolation("may_not_remove", person=ada)
    assert str(refused) == "You can’t remove Ada."
    with override("de"):
        assert str(refused) == "Du kannst Ada nicht entfernen."
