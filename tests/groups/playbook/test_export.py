"""A playbook as a file: front matter that programs can read, and an outline that no answer breaks."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from markdown_it import MarkdownIt

from groups.playbook.export import quoted
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from tests.groups.reviewing import days, say, show, topic_of

FENCE = "---\n"
LINE = re.compile(r"(?P<indent>(?: {2})*)(?P<item>- )?(?P<key>[a-z]+):(?: (?P<value>.+))?")


def scalar(text: str):
    """A number, a date, a quoted string or a list of these; anything else is no YAML of ours."""
    if text.startswith(('"', "[")):
        return json.loads(text)
    assert re.fullmatch(r"\d+|\d{4}-\d\d-\d\d", text), text
    return text


def front_matter(file: str) -> dict[str, list]:
    """Every value of the front matter by its key, in order. Fails at a line that isn't one of its few shapes."""
    start, matter, _ = file.split(FENCE, 2)
    assert start == ""
    found: dict[str, list] = {}
    for line in matter.splitlines():
        match = LINE.fullmatch(line)
        assert match, line
        found.setdefault(match["key"], []).append(scalar(match["value"]) if match["value"] else None)
    return found


def outline(file: str) -> list[str]:
    """The headings outside code."""
    outside = re.sub(r"^(`{3,}|~{3,}).*?^\1\s*$", "", file, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^#{1,6} .*", outside, flags=re.MULTILINE)


def accept(author, group, reviewer, topic=None, *bodies):
    round = show(author, group, topic, *bodies)
    say(round, reviewer, "approve")
    return round


def download(client, group, query: str = "") -> str:
    response = client.get(f"/groups/{group.pk}/playbook.md{query}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    return response.content.decode()


def test_it_is_a_file_named_after_the_group(group, ada, signed_in):
    response = signed_in(ada).get(f"/groups/{group.pk}/playbook.md")
    assert response.headers["Content-Disposition"] == 'attachment; filename="thursday-post-training-playbook.md"'
    group.name = "木曜日"
    group.save()
    response = signed_in(ada).get(f"/groups/{group.pk}/playbook.md")
    assert response.headers["Content-Disposition"] == 'attachment; filename="playbook.md"'


def test_front_matter_says_what_the_file_holds(group, ada, jonas, signed_in):
    accept(ada, group, jonas)
    accept(jonas, group, ada, topic_of(group, 1))
    found = front_matter(download(signed_in(ada), group))
    assert found["group"] == ["Thursday post-training"]
    assert (found["topics"], found["summaries"]) == (["2"], ["2"])
    assert found["topic"] == [topic_of(group).title, topic_of(group, 1).title]
    assert found["author"] == ["Ada Okafor", "Jonas Lind"]
    assert found["revision"] == ["1", "1"]
    assert found["approvals"] == [["Jonas Lind"], ["Ada Okafor"]]
    assert found["title"][:2] == ["DPO paper", "GRPO paper"]
    assert found["url"][0].startswith("https://example.org/dpo-paper")


def test_who_approved_when_it_was_accepted_stands_there_whatever_they_say_since(group, ada, jonas, tomas, signed_in):
    round = show(ada, group)
    approved, doubted = say(round, jonas, "approve"), say(round, tomas, "request_changes", "Why?")
    doubted.edit("approve", now=days(1))
    for review in (approved, doubted):
        review.edit("request_changes", "I was wrong.", now=days(2))
    file = download(signed_in(ada), group)
    assert front_matter(file)["approvals"] == [["Jonas Lind", "Tomás Herrera"]]
    assert "approved by Jonas Lind and Tomás Herrera." in file


def test_who_approved_only_before_it_was_accepted_is_not_named(group, ada, jonas, tomas, mei, signed_in):
    round = show(ada, group)
    say(round, jonas, "approve").edit("request_changes", "I was wrong.", now=days(1))
    say(round, tomas, "approve", at=days(1))
    Review.objects.get(reviewer=jonas).withdraw_change_request(now=days(2))
    say(ReviewRound.objects.get(), mei, "approve", at=days(3))
    assert front_matter(download(signed_in(ada), group))["approvals"] == [["Tomás Herrera", "Mei-Ling Chen"]]


def test_topics_authors_and_prompts_are_its_outline(group, ada, jonas, signed_in):
    accept(ada, group, jonas, topic_of(group), "The *knob* $x$", "It fails", "The metric")
    file = download(signed_in(ada), group)
    assert outline(file) == [
        "# Playbook of Thursday post-training", "## 1. Post-training (SFT, DPO)", "### Ada Okafor",
        "#### What knob does this give me?", "#### When does it fail?", "#### What metric does it affect?",
    ]  # fmt: skip
    assert "#### When does it fail?\n\nIt fails\n" in file
    assert "The *knob* $x$" in file
    assert "approved by Jonas Lind.\nBased on: [DPO paper](<https://example.org/dpo-paper" in file


def test_its_headings_are_in_the_language_of_who_exports_it(group, ada, jonas, signed_in, settings):
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    accept(ada, group, jonas)
    client = signed_in(jonas)
    english, german = (
        client.get(f"/groups/{group.pk}/playbook.md", headers={"accept-language": each}).content.decode()
        for each in ("en", "de")
    )
    assert "# Playbook von Thursday post-training" in german
    assert "mit Zustimmung von Jonas Lind." in german
    assert "#### When does it fail?" in german, "what people wrote is never translated"
    assert front_matter(german) == front_matter(english)


def test_no_answer_breaks_the_outline_or_the_front_matter(group, ada, jonas, signed_in):
    ada.display_name = 'Ada "---" #\\'
    ada.save()
    group.name = "a: b\n--- 'c'\u2028"
    group.save()
    accept(ada, group, jonas, topic_of(group), "# Mine\n\n---\ntitle: x\n---\n", "```\n## open", "<!--\n\nOver\n===")
    file = download(signed_in(jonas), group)
    found = front_matter(file)
    assert found["author"] == ['Ada "---" #\\']
    assert found["group"] == ["a: b\n--- 'c'\u2028"]
    assert file.count(FENCE) == 2
    assert [line.split(" ")[0] for line in outline(file)] == [
        "#",
        "##",
        "###",
        "####",
        "#####",
        "######",
        *["####"] * 2,
        "#####",
    ]
    assert "## open\n```\n" in file


def test_no_reader_of_the_file_finds_a_tag_that_somebody_typed(group, ada, jonas, signed_in):
    """Not even one who takes the front matter for text."""
    tag = "<img src=x onerror=alert(1)>"
    ada.display_name = group.name = f"A {tag}"
    ada.save()
    group.save()
    topic = topic_of(group)
    topic.title = f"T {tag}"
    topic.save()
    topic.list.prompts.update(text=f"What? {tag}")
    accept(ada, group, jonas, topic, tag, f"a\n{tag}\n\n> {tag}", f"`{tag}` [x]({tag}) ${tag}$")
    file = download(signed_in(jonas), group)
    assert front_matter(file)["group"] == [group.name]
    for parser in MarkdownIt("commonmark"), MarkdownIt("js-default", {"html": True}):
        assert "<img" not in parser.render(file)


@pytest.mark.parametrize(
    "words", ["<b>", 'say "yes"', "a: b # c", "back\\slash", "two\nlines", "\x85\u2028\x7f\ufeff", "日本 🙂", ""]
)
def test_a_quoted_string_is_one_line_and_comes_back(words):
    assert json.loads(quoted(words)) == words
    assert len(quoted(words).splitlines()) == 1


def test_it_holds_the_part_that_was_asked_for(group, ada, jonas, signed_in):
    accept(ada, group, jonas)
    accept(jonas, group, ada)
    file = download(signed_in(ada), group, f"?author={jonas.pk}")
    found = front_matter(file)
    assert found["only"] == [["Jonas Lind"]]
    assert found["author"] == ["Jonas Lind"]
    assert "### Ada Okafor" not in file


def test_an_empty_one_says_so(group, ada, signed_in):
    file = download(signed_in(ada), group)
    assert front_matter(file)["accepted"] == [[]]
    assert "No accepted summaries yet." in file


def test_people_who_are_gone_are_former_members(group, ada, jonas, tomas, signed_in):
    round = show(ada, group)
    say(round, jonas, "approve")
    say(round, tomas, "approve")
    group.transfer_ownership(tomas)
    for person in (ada, jonas):
        person.delete()
    found = front_matter(download(signed_in(tomas), group))
    assert found["author"] == ["A former member"]
    assert sorted(found["approvals"][0]) == ["A former member", "Tomás Herrera"]


def test_the_file_asks_the_database_the_same_however_much_it_holds(
    group, ada, jonas, signed_in, django_assert_num_queries
):
    accept(ada, group, jonas)
    client = signed_in(ada)
    download(client, group)
    with CaptureQueriesContext(connection) as few:
        download(client, group)
    for place in (1, 2):
        accept(ada, group, jonas, topic_of(group, place))
        accept(jonas, group, ada, topic_of(group, place))
    with django_assert_num_queries(len(few)):
        download(client, group)
