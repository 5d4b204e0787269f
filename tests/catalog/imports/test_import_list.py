"""Importing again changes what changed, and nothing that people or curators did."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.forms import model_to_dict

from catalog.imports import FactsError, import_list, importer, preview_list, read_facts
from catalog.lists.reading_list import ReadingList
from catalog.markdown.list_parser import read
from catalog.outline.entry import Entry
from catalog.outline.export import as_markdown
from catalog.outline.method import MethodStep, Prompt
from catalog.outline.section import Section
from catalog.sources.source import Source
from notes.reading import Reading
from tests import factories
from tests.catalog.shipped import FACTS, FILE, import_shipped, import_text, shipped_text

# What of it a database decides, the tests of every engine ask.
pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

SMALL = """# Tier 1 — Basics

## 1. Python

Begin here.

### Core reading

1. [Tutorial](https://a.org/tutorial) Why: Short.
2. [Reference](https://a.org/reference) Why: Long.

### Practical advice

1. [Style](https://a.org/style) Why: Taste.

## 2. Haskell

- [Gentle introduction](https://b.org/gentle)

# How to use this

1. Read one
2. Write:
   - What is new?
   - What is old?
"""


def rows() -> list[dict]:
    """Everything that an import writes."""
    return [
        model_to_dict(row) | {"pk": row.pk, "html": getattr(row, "body_html", getattr(row, "why_html", ""))}
        for model in (ReadingList, Section, Source, Entry, MethodStep, Prompt)
        for row in model.objects.order_by("pk")
    ]


def changed(old: str, new: str, text: str = SMALL) -> str:
    assert old in text
    return text.replace(old, new)


def entry(title: str) -> Entry:
    return Entry.objects.get(title=title)


def entry_of(reading_list: ReadingList, title: str) -> Entry:
    return Entry.objects.get(section__list=reading_list, title=title)


def run(*args) -> str:
    out = StringIO()
    call_command("import_readlist", *args, stdout=out)
    return out.getvalue()


@pytest.mark.every_engine
def test_the_shipped_list_arrives_whole_and_becomes_the_default():
    said = run(str(FILE), "--facts", str(FACTS))
    assert said == (
        "Machine-learning reading list: 44 headings, 65 entries, 63 sources; "
        "109 new, steps updated, prompts updated, facts of 63 sources updated.\n"
    )
    found = ReadingList.objects.default()
    assert (found.title, found.slug) == ("Machine-learning reading list", "machine-learning-reading-list")
    assert found.sections.topics().count() == 23
    assert not Entry.objects.exclude(topic__kind="topic").exists()


@pytest.mark.every_engine
def test_importing_twice_changes_nothing():
    import_shipped()
    before = rows()
    said = run(str(FILE), "--facts", str(FACTS), "--slug", "shipped")
    assert "; nothing changed.\n" in said
    assert rows() == before


def test_entries_inherit_the_role_of_the_nearest_heading_that_has_one():
    import_shipped()
    roles = {
        title: entry(title).role
        for title in (
            "DPO paper (Direct Preference Optimization)",
            "ZeRO paper",
            "Lil’Log – LLM Evaluation",
            "Activation Checkpointing",
            "Microsoft Tay Chatbot Postmortem",
            "Lil’Log (Lilian Weng) – RLHF",
            "r/MachineLearning (selected threads)",
            "Attention Is All You Need",
        )
    }
    assert list(roles.values()) == ["core", "core", "practitioner", "", "case_study", "supporting", "optional", ""]


def test_a_reworded_why_keeps_the_entry_and_is_rendered_anew():
    import_text(SMALL)
    pk = entry("Tutorial").pk
    outcome = import_list(read(changed("Short.", "*Very* short.")), slug="shipped", title="")
    assert str(outcome).endswith("; 1 changed.")
    assert entry("Tutorial").pk == pk
    assert entry("Tutorial").why_html.strip() == '<p dir="auto"><em>Very</em> short.</p>'


def test_a_new_title_or_a_new_link_keeps_the_entry():
    import_text(SMALL)
    pks = entry("Tutorial").pk, entry("Style").pk
    text = changed("[Tutorial]", "[The tutorial]")
    import_text(changed("https://a.org/style", "https://a.org/new-style", text))
    assert (entry("The tutorial").pk, entry("Style").pk) == pks
    assert entry("Style").source.canonical_url == "a.org/new-style"
    assert Source.objects.get(canonical_url="a.org/tutorial").listed_title == "The tutorial"


def test_a_changed_step_leaves_the_prompts_of_a_curator_alone():
    import_text(SMALL)
    Prompt.objects.filter(text="What is new?").update(text="What is truly new?")
    import_text(changed("1. Read one", "1. Read two"))
    assert [prompt.text for prompt in Prompt.objects.not_retired()] == ["What is truly new?", "What is old?"]
    assert MethodStep.objects.first().text == "Read two"


def test_another_topic_with_the_same_words_is_another_topic():
    import_text("# One\n\nRead all of it.\n\n- [A](https://a.org)\n\n# Two\n\n- [B](https://b.org)\n")
    one = Section.objects.get(title="One")
    import_text("# Two\n\n- [B](https://b.org)\n\n# Three\n\nRead all of it.\n\n- [C](https://c.org)\n")
    assert Section.objects.get(title="Three").pk != one.pk
    one.refresh_from_db()
    assert one.retired_at


def test_a_topic_is_known_by_its_sources_before_its_name():
    import_text("# T1\n\n## Overview\n\n- [A](https://a.org)\n\n# T2\n\n## Other\n\n- [B](https://b.org)\n")
    kept = Section.objects.get(title="Overview")
    import_text("# T1\n\n## Meeting A\n\n- [A](https://a.org)\n\n# T2\n\n## Other\n\n- [B](https://b.org)\n\n"
                "## Overview\n\n- [C](https://c.org)\n")  # fmt: skip
    kept.refresh_from_db()
    assert (kept.title, kept.retired_at) == ("Meeting A", None)


@pytest.mark.every_engine
def test_a_corrected_link_keeps_what_people_have_read():
    import_text(SMALL)
    reader, style = factories.make_user(), entry("Style")
    Source.objects.filter(pk=style.source_id).update(leads_to_listed="no", better_url="https://a.org/new-style")
    Reading.objects.set(reader, style, Reading.State.READ)
    import_text(changed("https://a.org/style", "https://www.a.org/new-style/"))
    source = entry("Style").source
    assert Reading.objects.get(person=reader).source == source
    assert (source.canonical_url, source.leads_to_listed, source.better_url) == ("a.org/new-style", "yes", "")


def test_a_title_alone_elsewhere_takes_no_source_along():
    import_text(SMALL)
    reader, style = factories.make_user(), entry("Style")
    Reading.objects.set(reader, style, Reading.State.READ)
    without = changed("1. [Style](https://a.org/style) Why: Taste.\n", "")
    import_text(changed("- [Gentle", "- [Style](https://z.org/style)\n- [Gentle", without))
    assert (entry("Style").pk, entry("Style").source.canonical_url) == (style.pk, "z.org/style")
    assert Reading.objects.get(person=reader).source.canonical_url == "a.org/style"


def test_the_source_goes_along_where_curators_had_moved_its_entry():
    import_text(SMALL)
    style, elsewhere = entry("Style"), Section.objects.get(title="2. Haskell")
    Entry.objects.filter(pk=style.pk).update(section=elsewhere, topic=elsewhere)
    import_text(changed("https://a.org/style", "https://a.org/new-style"))
    assert (entry("Style").source_id, entry("Style").source.canonical_url) == (style.source_id, "a.org/new-style")


def test_a_link_that_becomes_another_source_leaves_the_old_one_as_it_was():
    import_text(SMALL)
    old = entry("Style").source
    import_text(changed("https://a.org/style", "https://a.org/tutorial"))
    assert entry("Style").source == entry("Tutorial").source
    assert Source.objects.filter(pk=old.pk, canonical_url="a.org/style").exists()


def test_a_moved_entry_stays_itself_and_changes_its_topic_and_role():
    import_text(SMALL)
    pk = entry("Tutorial").pk
    moved = changed("1. [Tutorial](https://a.org/tutorial) Why: Short.\n", "")
    import_text(changed("- [Gentle", "- [Tutorial](http://www.a.org/tutorial/) Why: Short.\n- [Gentle", moved))
    assert entry("Tutorial").pk == pk
    assert (entry("Tutorial").topic.name, entry("Tutorial").role) == ("Haskell", "")


def test_of_two_entries_of_one_source_each_stays_in_its_place():
    twice = changed("- [Gentle", "- [Tutorial](https://a.org/tutorial) Why: Again.\n- [Gentle")
    import_text(twice)
    before = list(Entry.objects.order_by("pk").values_list("pk", "section__title", "why"))
    import_text(changed("Long.", "Longer.", twice))
    after = list(Entry.objects.order_by("pk").values_list("pk", "section__title", "why"))
    assert [row for row in before if row not in after] == [(entry("Reference").pk, "Core reading", "Long.")]


def test_what_vanishes_is_retired_and_what_returns_is_brought_back():
    import_text(SMALL)
    pk = entry("Reference").pk
    without = changed("2. [Reference](https://a.org/reference) Why: Long.\n", "")
    assert str(import_list(read(without), slug="shipped", title="")).endswith("; 1 retired.")
    assert entry("Reference").retired_at
    assert not Entry.objects.not_retired().filter(title="Reference").exists()
    assert str(import_list(read(SMALL), slug="shipped", title="")).endswith("; 1 restored.")
    assert (entry("Reference").pk, entry("Reference").retired_at) == (pk, None)


@pytest.mark.every_engine
def test_a_whole_topic_vanishes_and_returns():
    import_text(SMALL)
    before = rows()
    start = SMALL.index("## 1. Python")
    without = SMALL[:start] + SMALL[SMALL.index("## 2. Haskell") :]
    import_text(without)
    assert set(Section.objects.not_retired().values_list("title", flat=True)) == {
        "Tier 1 — Basics",
        "2. Haskell",
        "How to use this",
    }
    assert Entry.objects.not_retired().count() == 1
    import_text(SMALL)
    assert rows() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## 1. Python", "## 7. Python"),
        ("## 1. Python", "## 1. The Python language"),
        ("# Tier 1 — Basics", "# Tier 1 — Languages"),
        ("# Tier 1 — Basics", "# Tier 2 — Something else altogether"),
        ("### Core reading", "### Must-read"),
        ("# How to use this", "# How to read this"),
    ],
)
def test_a_renamed_heading_keeps_its_row(old, new):
    import_text(SMALL)
    pks = list(Section.objects.order_by("position").values_list("pk", flat=True))
    import_text(changed(old, new))
    assert list(Section.objects.not_retired().order_by("position").values_list("pk", flat=True)) == pks
    assert Section.objects.filter(title=new.lstrip("# ")).exists()


def test_swapped_topics_stay_themselves():
    import_text(SMALL)
    pks = dict(Section.objects.values_list("title", "pk"))
    python, haskell, rest = (SMALL.index(mark) for mark in ("## 1.", "## 2.", "# How"))
    import_text(SMALL[:python] + SMALL[haskell:rest] + SMALL[python:haskell] + SMALL[rest:])
    assert dict(Section.objects.not_retired().values_list("title", "pk")) == pks
    assert [topic.name for topic in Section.objects.topics()] == ["Haskell", "Python"]


def test_the_file_can_be_put_together_again_after_every_import():
    for text in (
        SMALL,
        changed("Begin here.", "Begin."),
        changed("## 2. Haskell\n\n- [Gentle introduction](https://b.org/gentle)\n", ""),
    ):
        found = import_text(text)
        nodes = [
            (section, list(section.entries.not_retired()))
            for section in found.sections.not_retired().order_by("position")
        ]
        parts = [part for section, entries in nodes for part in (section, *entries)]
        assert found.preamble + "".join(part.source_text for part in parts) == text


@pytest.mark.every_engine
def test_prompts_keep_their_ids_when_reworded_and_retire_when_removed():
    found = import_text(SMALL)
    new, old = found.prompts.not_retired()
    import_text(changed("- What is new?", "- What is really new?"))
    assert [(prompt.pk, prompt.text) for prompt in found.prompts.not_retired()] == [
        (new.pk, "What is really new?"),
        (old.pk, "What is old?"),
    ]
    import_text(changed("   - What is new?\n", ""))
    assert [(prompt.pk, prompt.position) for prompt in found.prompts.not_retired()] == [(old.pk, 1)]
    import_text(changed("   - What is new?\n", "   - What is really new?\n"))
    assert [prompt.pk for prompt in found.prompts.not_retired()] == [new.pk, old.pk]
    assert found.prompts.count() == 2


def test_steps_follow_the_file():
    found = import_text(SMALL)
    import_text(changed("1. Read one\n2. Write:", "1. Write:"))
    assert [step.text for step in found.steps.all()] == ["Write"]


def test_what_a_curator_changed_survives_the_next_import():
    import_text(SMALL)
    Section.objects.filter(title="2. Haskell").update(role="optional", body="Lazy.", body_html="<p>Lazy.</p>")
    Entry.objects.filter(title="Style").update(why="By hand.", why_html="<p>By hand.</p>", own_role="core")
    entry("Reference").retire()
    Prompt.objects.filter(text="What is old?").update(text="What has aged?")
    Source.objects.filter(canonical_url="a.org/style").update(venue="A journal")
    import_text(changed("Short.", "Shorter."))
    assert list(Section.objects.filter(title="2. Haskell").values_list("role", "body", "body_html")) == [
        ("optional", "Lazy.", "<p>Lazy.</p>"),
    ]
    style = entry("Style")
    assert (style.why, style.why_html, style.role) == ("By hand.", "<p>By hand.</p>", "core")
    assert entry("Gentle introduction").role == "optional"
    assert entry("Reference").retired_at
    assert Prompt.objects.filter(text="What has aged?").exists()
    import_text(changed("Taste.", "The file says so."))
    assert entry("Style").why == "The file says so."


def test_what_a_curator_retired_stays_retired_when_the_file_drops_it_and_has_it_again():
    import_text(SMALL)
    entry("Reference").retire()
    Section.objects.get(title="Practical advice").retire()
    start, end = SMALL.index("2. [Reference]"), SMALL.index("## 2. Haskell")
    for _ in range(2):
        import_text(SMALL[:start] + SMALL[end:])
    found = import_text(SMALL)
    assert entry("Reference").retired_at
    assert set(found.sections.exclude(retired_at=None).values_list("title", flat=True)) == {"Practical advice"}
    version = ReadingList.objects.get().version
    import_text(SMALL)
    assert ReadingList.objects.get().version == version


def test_what_a_curator_brings_back_stands_though_the_file_dropped_it():
    found = import_text(SMALL)
    entry("Reference").retire()
    without = changed("2. [Reference](https://a.org/reference) Why: Long.\n", "")
    import_text(without)
    entry("Reference").restore()
    import_text(changed("Short.", "Shorter.", without))
    assert entry("Reference").retired_at is None
    assert "2. [Reference](https://a.org/reference) Why: Long.\n" in as_markdown(found)


def test_what_a_curator_added_stays():
    found = import_text(SMALL)
    topic = Section.objects.get(title="2. Haskell")
    added = Entry.objects.create(
        section=topic,
        topic=topic,
        source=Source.objects.get_or_create_by_url("https://c.org", title="C"),
        position=9,
        title="C",
        url="https://c.org",
    )
    import_text(changed("Short.", "Shorter."))
    added.refresh_from_db()
    assert added.retired_at is None
    import_text(SMALL[: SMALL.index("## 2.")] + SMALL[SMALL.index("# How") :])
    added.refresh_from_db()
    assert added.retired_at
    assert found.sections.not_retired().count() == 5


def test_a_kind_that_no_longer_fits_gives_way_to_the_file():
    import_text(changed("## 2. Haskell\n\n- [Gentle introduction](https://b.org/gentle)", "## 2. Haskell\n\nTo come."))
    Section.objects.filter(title="2. Haskell").update(kind="part")
    import_text(SMALL)
    assert entry("Gentle introduction").topic.kind == "topic"


def test_two_lists_share_their_sources_and_nothing_else():
    first, second = import_text(SMALL), import_text(SMALL, slug="second")
    assert Source.objects.count() == 4
    assert Entry.objects.count() == 8
    assert (first.is_default, second.is_default) == (True, False)
    import_text(SMALL, slug="second", make_default=True)
    assert ReadingList.objects.default() == second


@pytest.mark.every_engine
def test_an_import_leaves_the_default_that_was_chosen_meanwhile(monkeypatch):
    first, second = import_text(SMALL), import_text(SMALL, slug="second")
    rendered = importer._rendered
    choices = iter([second.pk])

    def meanwhile(*args):
        for pk in choices:
            ReadingList.objects.make_default(pk)
        return rendered(*args)

    monkeypatch.setattr(importer, "_rendered", meanwhile)
    import_text(changed("Short.", "Shorter."))
    assert ReadingList.objects.default() == second
    assert entry_of(first, "Tutorial").why == "Shorter."


def test_a_default_that_takes_the_place_of_another_is_told_of_both():
    first = import_text(SMALL)
    version = ReadingList.objects.get().version
    second = import_text(SMALL, slug="second", make_default=True)
    assert ReadingList.objects.default() == second
    first.refresh_from_db()
    assert first.version == version + 1
    for each, code in [(first, "replaced_as_default"), (second, "made_default")]:
        assert each.changes.filter(code=code, facts__list=str(second)).exists()


@pytest.mark.every_engine
def test_a_failed_import_leaves_nothing_behind(monkeypatch):
    def fail(reading_list, document):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("catalog.imports.importer.import_method", fail)
    with pytest.raises(RuntimeError):
        import_text(SMALL)
    assert not ReadingList.objects.exists()
    assert not Source.objects.exists()


def test_facts_tell_what_a_source_really_is():
    import_shipped()
    dpo = Source.objects.get(canonical_url="arxiv.org/abs/2305.18290")
    assert dpo.title == "Direct Preference Optimization: Your Language Model is Secretly a Reward Model"
    assert dpo.about == "Rafailov and 5 others, 2023, NeurIPS"
    leads = Source.objects.values_list("leads_to_listed", flat=True)
    assert [list(leads).count(state) for state in ("yes", "unknown", "no")] == [32, 21, 10]
    assert Source.objects.exclude(leads_to_listed="yes").exclude(better_url="").count() == 12


def test_facts_do_not_overrule_a_curator_but_a_new_fact_does():
    facts = read_facts('[{"url": "http://a.org/style/", "year": 2001, "venue": "Web", "leads_to_listed": "yes"}]')
    import_text(SMALL, facts=facts)
    Source.objects.filter(canonical_url="a.org/style").update(year=2002)
    import_text(SMALL, facts=facts)
    assert Source.objects.get(canonical_url="a.org/style").year == 2002
    facts["a.org/style"] |= {"year": 2003}
    import_text(SMALL, facts=facts)
    assert Source.objects.get(canonical_url="a.org/style").year == 2003


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "isn’t valid JSON"),
        ("{}", "must contain a list"),
        ("[1]", "item 1: it has no “url”"),
        ('[{"url": "x"}]', "item 1: “x” isn’t a web address"),
        ('[{"url": "https://a.org", "year": "2001"}]', "year"),
        ('[{"url": "https://a.org", "authors": "Ada"}]', "authors"),
        ('[{"url": "https://a.org", "kind": "song"}]', "kind"),
        ('[{"url": "https://a.org", "leads_to_listed": "maybe"}]', "leads_to_listed"),
        ('[{"url": "https://a.org", "better_url": "javascript:alert(1)"}]', "better_url"),
        ('[{"url": "https://a.org", "title": 7}]', "title"),
    ],
)
def test_wrong_facts_are_refused(text, words):
    with pytest.raises(FactsError, match=words):
        read_facts(text)


def test_the_command_refuses_a_file_without_entries_line_by_line(tmp_path):
    file = tmp_path / "list.md"
    file.write_text("# T\n\n- [A](mailto:a@a.org)\n- B\n")
    with pytest.raises(
        CommandError, match=r"was not imported\.\n  line 1: this file has no entries[^\n]*\n  line 3: [^\n]*\n  line 4"
    ):
        run(str(file))
    assert not ReadingList.objects.exists()


def test_the_command_names_what_is_not_read_as_it_stands(tmp_path):
    file = tmp_path / "list.md"
    file.write_text("# T\n\n- [A](https://a.org)\n- B\n")
    errors = StringIO()
    call_command("import_readlist", str(file), stdout=StringIO(), stderr=errors)
    assert "line 4: this item has no link" in errors.getvalue()


@pytest.mark.every_engine
def test_more_links_of_an_entry_are_kept_as_related():
    import_text("# T\n\n- [A](https://a.org) with [code](https://b.org) and https://c.org\n", slug="more")
    assert list(entry("A").related_links.values_list("title", "url")) == [
        ("code", "https://b.org"),
        ("https://c.org", "https://c.org"),
    ]
    import_text("# T\n\n- [A](https://a.org) alone\n", slug="more")
    assert not entry("A").related_links.exists()


def test_the_command_says_what_is_wrong_with_a_file(tmp_path):
    with pytest.raises(CommandError, match="can’t be read: No such file"):
        run(str(tmp_path / "nowhere.md"))
    latin = tmp_path / "latin.md"
    latin.write_bytes(b"# T\n\ncaf\xe9\n")
    with pytest.raises(CommandError, match="line 3 isn’t UTF-8"):
        run(str(latin))
    with pytest.raises(CommandError, match="can’t be read"):
        run(str(FILE), "--facts", str(tmp_path / "nothing.json"))
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[{}]")
    with pytest.raises(CommandError, match="item 1: it has no “url”"):
        run(str(FILE), "--facts", str(wrong))
    assert not ReadingList.objects.exists()


def test_the_command_names_the_list_as_told(tmp_path):
    file = tmp_path / "my-list.md"
    file.write_text(SMALL)
    assert run(str(file)).startswith("My list: 6 headings, 4 entries, 4 sources")
    run(str(file), "--slug", "my-list", "--title", "Languages", "--default")
    assert ReadingList.objects.get(slug="my-list").title == "Languages"
    with pytest.raises(CommandError, match="Give one with --slug"):
        run(str(file), "--title", "名")


@pytest.mark.every_engine
def test_a_list_ten_times_as_long_arrives_whole_too():
    text = "\n\n".join(changed(".org/", f".org/{number}/") for number in range(10))
    found = import_text(text)
    assert found.sections.count() == 60
    assert Entry.objects.count() == Source.objects.count() == 40
    assert "nothing changed" in str(import_list(read(text), slug="shipped", title=""))


@pytest.mark.every_engine
def test_the_shipped_texts_survive_a_round_trip_through_the_database():
    found = import_shipped()
    parts = [part for section in found.sections.order_by("position") for part in (section, *section.entries.all())]
    assert found.preamble + "".join(part.source_text for part in parts) == shipped_text()


WITHOUT_PROMPTS = "# A little list\n\n## Evaluation\n\n- [A](https://a.org)\n"


def prompts(reading_list):
    return [(each.text, each.is_standard) for each in reading_list.prompts.not_retired()]


def test_a_list_without_prompts_gets_the_standard_three_and_says_so(tmp_path):
    (file := tmp_path / "list.md").write_text(WITHOUT_PROMPTS)
    errors, standard = StringIO(), [(text, True) for text in factories.PROMPTS]
    call_command("import_readlist", str(file), stdout=StringIO(), stderr=errors)
    assert "It now has the three standard prompts" in errors.getvalue()
    found = ReadingList.objects.get()
    assert prompts(found) == standard
    errors = StringIO()
    call_command("import_readlist", str(file), stdout=StringIO(), stderr=errors)
    assert prompts(found) == standard
    assert "standard" not in errors.getvalue()
    assert as_markdown(found) == WITHOUT_PROMPTS, "they are the app's, not the file's"


def test_prompts_of_the_file_take_the_place_of_the_standard_ones_and_leave_it_to_them():
    found = import_text(WITHOUT_PROMPTS)
    first = found.prompts.not_retired().first()
    own = "\n# How to use this\n\n1. Write:\n   * What is new?\n"
    import_text(WITHOUT_PROMPTS + own)
    assert prompts(found) == [("What is new?", False)]
    assert found.prompts.not_retired().get() == first, "what was answered under it stays"
    import_text(WITHOUT_PROMPTS)
    assert prompts(found) == [(text, True) for text in factories.PROMPTS]


def test_a_list_that_was_imported_before_there_were_standard_prompts_gets_them_with_its_next_import():
    found = import_text(WITHOUT_PROMPTS)
    found.prompts.all().delete()
    assert preview_list(read(WITHOUT_PROMPTS), reading_list=found).adds_standard_prompts
    import_text(WITHOUT_PROMPTS)
    assert [text for text, _ in prompts(found)] == factories.PROMPTS


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (WITHOUT_PROMPTS, "A little list"),
        ("# Tier 1: Basics\n\n## A\n\n- [A](https://a.org)\n", ""),
        ("# A\n\n- [A](https://a.org)\n\n# B\n\n- [B](https://b.org)\n", ""),
        ("## A\n\n- [A](https://a.org)\n\n# B\n", ""),
        ("- [A](https://a.org)\n", ""),
    ],
)
def test_a_single_heading_at_the_top_is_the_title(text, title, tmp_path):
    (file := tmp_path / "my-list.md").write_text(text)
    call_command("import_readlist", str(file), stdout=StringIO(), stderr=StringIO())
    assert (ReadingList.objects.get().title, ReadingList.objects.get().slug) == (title or "My list", "my-list")
