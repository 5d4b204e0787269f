"""The shipped list is read as its curators meant it, and nothing of the file is lost."""

from collections import Counter

import pytest

from catalog.markdown.list_parser import read
from catalog.markdown.nodes import UnreadableList
from catalog.sources.canonical_url import url_key
from tests.catalog.shipped import shipped_text

# Written by hand from what the file means: for each of its headings, what it is and what role it gives.
HEADINGS = [
    ("Tier 1 — Non-Negotiable Core", "tier", ""),
    ("1. Post-Training LLMs (SFT, DPO, RLHF, preference optimization)", "topic", ""),
    ("Primary sources (read all)", "shelf", "core"),
    ("Supporting intuition (highly recommended)", "shelf", "supporting"),
    ("2. Training Dynamics & Optimization at Scale", "topic", ""),
    ("Core reading", "shelf", "core"),
    ("Practitioner-level intuition", "shelf", "practitioner"),
    ("3. Evaluation, Metrics, and Model Debugging", "topic", ""),
    ("Must-read", "shelf", "core"),
    ("Practical evaluation intuition", "shelf", "practitioner"),
    ("4. Data as a Lever (Filtering, Mixing, Curriculum)", "topic", ""),
    ("Core sources", "shelf", "core"),
    ("Practitioner insight", "shelf", "practitioner"),
    ("Tier 2 — Systems for Training (Only What Matters)", "tier", ""),
    ("5. Distributed Training (Conceptual, not infra-heavy)", "topic", ""),
    ("Core understanding", "shelf", "core"),
    ("Practical summaries", "shelf", "practitioner"),
    ("6. Efficiency That Affects Training Behavior", "topic", ""),
    ("Tier 3 — Research Judgment & Taste", "tier", ""),
    ("7. Experiment Design & Taste", "topic", ""),
    ("8. Reading Research Without Getting Lost", "topic", ""),
    ("Frontier / Ongoing Discourse (Optional, high-ceiling)", "topic", "optional"),
    ("READLIST — Tier 4: Failure, Drift, and Emergent Behavior", "tier", ""),
    ("A. Targeted Readings (Conceptual + Practitioner)", "part", ""),
    ("Objective Misalignment & Emergent Behavior", "topic", ""),
    ("Continual Training & Forgetting", "topic", ""),
    ("Causal Reasoning in ML Experiments", "topic", ""),
    ("Human-in-the-Loop Pathologies", "topic", ""),
    ("Drift & Long-Term Degradation", "topic", ""),
    ("B. Case Studies & Post-Mortems (Read Slowly)", "part", "case_study"),
    ("Real Failures", "topic", ""),
    ("Emergent Behavior & Drift", "topic", ""),
    ("What You Can Safely Skip for Now", "page", ""),
    ("Tier 5 — Architecture, Safety, and Strategic Judgment", "tier", ""),
    ("A. Targeted Readings (Senior-Level)", "part", ""),
    ("Architectural Bias & Limits", "topic", ""),
    ("Safety–Capability Tradeoffs", "topic", ""),
    ("Compute & Scaling Decisions", "topic", ""),
    ("Strategic ML Judgment", "topic", ""),
    ("B. Case Studies & Decision Narratives", "part", "case_study"),
    ("Architecture & Scale", "topic", ""),
    ("Safety vs Utility", "topic", ""),
    ("Compute Constraints", "topic", ""),
    ("How to Use This (Very Important)", "page", ""),
]


@pytest.fixture(scope="module")
def document():
    return read(shipped_text())


def section(document, title):
    return next(section for section in document.sections if section.title == title)


def test_every_heading_gets_the_kind_and_role_that_it_means(document):
    assert len(HEADINGS) == 44
    assert [(found.title, found.kind, found.role) for found in document.sections] == HEADINGS


def test_65_entries_of_63_sources_are_found(document):
    entries = [entry for _, entry in document.entries]
    sources = Counter(url_key(entry.url) for entry in entries)
    assert len(entries) == 65
    assert len(sources) == 63
    assert all(entry.title and entry.why for entry in entries)


def test_a_source_named_twice_keeps_both_reasons(document):
    whys = {}
    for _, entry in document.entries:
        whys.setdefault(url_key(entry.url), []).append(entry.why)
    assert [found for found in whys.values() if len(found) > 1] == [
        [
            "Teaches long-term thinking about scaling vs cleverness.",
            "Recontextualize it now that you understand constraints.",
        ],
        [
            "Concrete discussion of risks, mitigations, and tradeoffs.",
            "Explicit discussion of capability loss vs safety gains.",
        ],
    ]


def test_only_the_bitter_lesson_asks_to_be_read_again(document):
    assert [entry.title for _, entry in document.entries if entry.reread] == ["The Bitter Lesson (re-read here)"]


def test_the_text_of_all_nodes_is_the_file_byte_for_byte(document):
    assert document.text.encode() == shipped_text().encode()


def test_a_separator_belongs_to_what_stands_before_it(document):
    sixth = section(document, "Primary sources (read all)").entries[-1]
    assert sixth.source_text.endswith("reward modeling.\n\n---\n\n")
    assert section(document, "Supporting intuition (highly recommended)").source_text.startswith("### Supporting")


def test_the_notes_under_headings_are_kept(document):
    assert {found.title: found.body for found in document.sections if found.body and found.kind != "page"} == {
        "3. Evaluation, Metrics, and Model Debugging": "This is the **highest ROI area**.",
        "Tier 3 — Research Judgment & Taste": "This is subtle but decisive.",
        "A. Targeted Readings (Conceptual + Practitioner)": "These are **surgical** additions. Do not add many more.",
        "B. Case Studies & Post-Mortems (Read Slowly)": "These are **gold**. Read for reasoning, not conclusions.",
    }
    assert section(document, "What You Can Safely Skip for Now").body.count("\n* ") == 4


def test_topics_6_to_8_and_the_frontier_hold_their_entries_themselves(document):
    held = {found.title: len(found.entries) for found in document.sections if found.kind == "topic" and found.level < 3}
    assert [count for count in held.values() if count] == [2, 2, 2, 3]


def test_the_method_is_read_from_its_page(document):
    assert document.steps == [
        "Read one **core** source",
        "Cross-check intuition with one **practitioner** source",
        "Write a 5–10 line summary",
    ]
    assert document.prompts == ["What knob does this give me?", "When does it fail?", "What metric does it affect?"]


def test_a_why_keeps_its_emphasis(document):
    assert section(document, "Primary sources (read all)").entries[3].why.startswith("You must understand *why* DPO")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n\n\n",
        lambda text: "\ufeff" + text,
        lambda text: "A list.\n\nKept in the open.\n\n" + text,
        lambda text: "---\ntitle: A list\n---\n\n" + text,
        lambda text: text.replace("\n", "\r", 40),
    ],
)
def test_no_byte_is_lost_whatever_the_line_ends(change):
    changed = change(shipped_text())
    document = read(changed)
    assert document.text == changed
    assert [found.title for found in document.sections] == [title for title, *_ in HEADINGS]
    assert sum(1 for _ in document.entries) == 65
    assert all("\r" not in entry.why + entry.title for _, entry in document.entries)


def entries_of(item: str):
    return [entry for _, entry in read(f"# Topic\n\n{item}\n").entries]


@pytest.mark.parametrize(
    ("item", "title", "url", "why"),
    [
        ("- [A title](https://a.org/x)", "A title", "https://a.org/x", ""),
        ("- [A title](https://a.org/x) — for its table.", "A title", "https://a.org/x", "for its table."),
        ("- [A title](https://a.org/x): *for* its table.", "A title", "https://a.org/x", "*for* its table."),
        ("* **[A title](https://a.org/x)** Why: `it` holds", "A title", "https://a.org/x", "`it` holds"),
        ("1. **A title** by Ada <https://a.org/x>\n   Why: yes", "A title", "https://a.org/x", "by Ada\n\nyes"),
        ("1. A title ([pdf](https://a.org/x.pdf)), **why**: yes", "A title", "https://a.org/x.pdf", "yes"),
        ("1. **A title**\\\n   <https://a.org/x>\\\n   **Why:** yes", "A title", "https://a.org/x", "yes"),
        ("1. **A & B \\[c\\]** [x](https://a.org/?a=1&amp;b=ü)", "A & B [c]", "https://a.org/?a=1&b=ü", ""),
        ("- [A](https://a.org) and [B](https://b.org)", "A", "https://a.org", "and [B](https://b.org)"),
        ("- [A](https://a.org)\n\n  First.\n\n  - one\n  - two", "A", "https://a.org", "First.\n\n- one\n- two"),
    ],
)
def test_an_entry_may_be_written_in_many_ways(item, title, url, why):
    assert [(entry.title, entry.url, entry.why) for entry in entries_of(item)] == [(title, url, why)]


def test_an_entry_can_say_that_it_is_optional():
    assert [entry.role for entry in entries_of("- [A (optional)](https://a.org)\n- [B](https://b.org)")] == [
        "optional",
        "",
    ]


def refused(text: str) -> list[tuple[int, str]]:
    with pytest.raises(UnreadableList) as caught:
        read(text)
    return [(problem.line, str(problem.reason)) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "no entries"),
        ("# Only\n\nprose", 1, "no entries"),
        ("# T\n\n- [A](mailto:a@a.org)", 3, "isn’t a web address"),
        ("# T\n\n- [A](/a)", 3, "isn’t a web address"),
        ("# T\n\n- [A](https://[)", 3, "isn’t a web address"),
        ("# T\n\n- **A**: [https://a.org](https://a.org", 3, "closing bracket"),
        ("# T\n\n##\n\n- [A](https://a.org)", 3, "is empty"),
        (f"# {'t' * 301}\n\n- [A](https://a.org)", 1, "longer than 300"),
        (f"# T\n\n- [A](https://a.org/{'t' * 501})", 3, "longer than 500"),
        (f"# T\n\n{'long ' * 5000}\n\n- [A](https://a.org)", 1, "longer than 20,000"),
        (f"# T\n\n- [A](https://a.org) {'long ' * 5000}", 3, "longer than 20,000"),
        ("# T\n\n- [A](https://a.org) \0", 3, "U+0000"),
        ("# T\n\n- [A](https://a.org) \x1b[0m", 3, "control character U+001B"),
    ],
)
def test_what_can_not_be_kept_is_refused_with_its_line(text, line, words):
    assert any(found == line and words in reason for found, reason in refused(text))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("# T\n\n- [A](https://a.org)\n- B, without a link", 4, "no link"),
        ("# T\n\n- [A](https://a.org)\n- [B](mailto:b@b.org)", 4, "isn’t a web address"),
        ("# T\n\n- [A](https://a.org)\n\nAnd a word after it.", 5, "after the entries"),
        ("# T\n\n- [A](https://a.org)\n\n![a picture](a.png)", 5, "image"),
        ("# T\n\n- [x] [A](https://a.org)", 3, "tick"),
        (
            "# T\n\n- [A](https://a.org)\n- Group\n  - [B](https://b.org)\n- [C](https://c.org)",
            4,
            "“Group” has no link",
        ),
        (f"# T\n\n- [A](https://a.org)\n\n# How to use this\n\n1. {'long ' * 100}", 7, "at most 300"),
        ("# T\n\n- [A](https://a.org) Why: It needs 5 %% of a", 3, "private comment begins or ends in the text of “A”"),
        ("# T\n\nFor me: %% ask Bo\n\n- [A](https://a.org)", 1, "private comment begins or ends in the text of “T”"),
    ],
)
def test_what_is_neither_a_heading_nor_an_entry_is_named_and_stays_in_the_file(text, line, words):
    document = read(text)
    assert [entry.title for _, entry in document.entries][:1] == ["A"]
    assert any(note.line == line and words in str(note.reason) for note in document.notes)
    assert document.text == text


def test_every_problem_is_named_not_only_the_first():
    assert [note.line for note in read("# T\n\n- [A](https://a.org)\n- B\n- C\n\nAnd more.").notes] == [4, 5, 7]


def test_links_are_entries_whatever_the_heading_is_called():
    document = read("# T\n\n- [A](https://a.org)\n\n# How to use this\n\nSee:\n\n- [B](https://b.org)\n- and think")
    assert [found.kind for found in document.sections] == ["topic", "topic"]
    assert [entry.title for _, entry in document.entries] == ["A", "B"]
    assert document.sections[1].body == "See:\n\n- and think"


def kinds(text: str) -> list[tuple[str, str, str]]:
    return [(found.title, found.kind, found.role) for found in read(text).sections]


LINK = "\n\n- [A](https://a.org)\n\n"


def test_shelves_make_their_heading_a_topic_at_whatever_level():
    assert kinds(f"# Learning\n## Core{LINK}## In practice{LINK}") == [
        ("Learning", "topic", ""),
        ("Core", "shelf", "core"),
        ("In practice", "shelf", "practitioner"),
    ]


def test_a_heading_over_plainly_named_lists_groups_topics():
    assert kinds(f"# Learning\n## Practical Python{LINK}## Haskell{LINK}") == [
        ("Learning", "tier", ""),
        ("Practical Python", "topic", ""),
        ("Haskell", "topic", ""),
    ]


def test_a_title_over_tiers_is_no_tier():
    assert kinds(f"# My list\n## Tier 1 — Basics\n### Haskell{LINK}") == [
        ("My list", "part", ""),
        ("Tier 1 — Basics", "tier", ""),
        ("Haskell", "topic", ""),
    ]


def test_all_under_a_topic_is_a_shelf_and_all_under_a_page_a_page():
    assert kinds(f"# T{LINK}## Case studies{LINK}### Old ones{LINK}# About\n## The curators\nWe.") == [
        ("T", "topic", ""),
        ("Case studies", "shelf", "case_study"),
        ("Old ones", "shelf", ""),
        ("About", "page", ""),
        ("The curators", "page", ""),
    ]


def test_headings_in_quotes_and_code_are_text():
    document = read("# T\n\n> # quoted\n\n```\n# code\n- [x](https://x.org)\n```\n\n- [A](https://a.org)\n")
    assert [found.title for found in document.sections] == ["T"]
    assert document.sections[0].body == "> # quoted\n\n```\n# code\n- [x](https://x.org)\n```"
