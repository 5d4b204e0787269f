"""What has become of one's own summaries, over all the groups one showed them to."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.models import Section
from groups.models import Group, Round
from groups.passages import Text, texts_to_answer
from groups.status import Sign


def own_rounds(author, topic: Section) -> list[Round]:
    """Every revision that one showed to a group one is in, the latest first, with the facts of its status."""
    mine = Round.objects.filter(submission__summary__author=author, submission__summary__topic=topic)
    return list(mine.filter(submission__group__in=Group.objects.visible_to(author)).with_facts().order_by("-pk"))


@dataclass(frozen=True)
class Showing:
    """One revision in one group. `signs` say what came of it; a group that one has left tells nothing of that."""

    round: Round
    is_member: bool
    signs: tuple[Sign, ...]


def showings(author, topic: Section) -> list[Showing]:
    """Every revision that one ever showed, the latest first. Of one that another followed, what was said of it."""
    mine = Round.objects.filter(submission__summary__author=author, submission__summary__topic=topic)
    groups = set(Group.objects.visible_to(author).values_list("pk", flat=True))
    found = []
    for each in mine.with_facts().order_by("-pk"):
        status, is_member = each.status_for(author), each.submission.group_id in groups
        signs = status.signs if each.pk == each.submission.current.pk else status.opinions
        found.append(Showing(each, is_member, signs if is_member else ()))
    return found


def open_rounds(author, topic: Section) -> list[Round]:
    """The latest revision that each of one's groups has, unless it was withdrawn."""
    submissions = {each.submission_id: each.submission for each in own_rounds(author, topic)}
    return [each.current for each in submissions.values() if not each.is_withdrawn]


def unanswered(rounds: Iterable[Round]) -> list[Text]:
    """Of these the ones about which something waits for the author's answer, with all of that.

    Takes `open_rounds`; a fixed number of queries."""
    texts = texts_to_answer(rounds)
    return [text for text in texts if text.reviews or text.comments]
