"""The steps of a topic, on the list that ships with Readlist."""

import pytest

from catalog.outline.section import Section
from notes.notebook import notebooks_for
from notes.progress import entries_of
from notes.reading import Reading
from notes.steps import StepState
from notes.topic_requirements import TopicRequirements
from tests.catalog.shipped import import_shipped


@pytest.fixture
def topics(db):
    import_shipped()
    return list(Section.objects.topics())


@pytest.fixture
def demands(topics):
    entries = entries_of(topics)
    return {topic.short_name: TopicRequirements.of(entries[topic.pk]) for topic in topics}


def test_seventeen_of_its_twenty_two_numbered_and_lettered_topics_name_no_core(demands):
    del demands["Frontier / Ongoing Discourse"]
    assert len(demands) == 22
    assert [name for name, each in demands.items() if each.names_core] == [
        "Post-Training LLMs",
        "Training Dynamics & Optimization at Scale",
        "Evaluation, Metrics, and Model Debugging",
        "Data as a Lever",
        "Distributed Training",
    ]


def test_three_topics_have_one_source_and_need_no_cross_check(demands):
    alone = ["Architecture & Scale", "Safety vs Utility", "Compute Constraints"]
    assert [name for name, each in demands.items() if not each.needs_cross_check] == alone


def test_only_four_topics_have_a_practitioner_to_check_against(demands):
    assert [name for name, each in demands.items() if each.names_practitioner] == [
        "Training Dynamics & Optimization at Scale",
        "Evaluation, Metrics, and Model Debugging",
        "Data as a Lever",
        "Distributed Training",
    ]


def test_each_topic_can_be_read_and_cross_checked_by_what_it_asks_for(topics, ada):
    for topic in topics:
        first = notebooks_for(ada, [topic])[topic.pk]
        Reading.objects.set(ada, first.requirements.core[0], "read")
        assert notebooks_for(ada, [topic])[topic.pk].steps.core == StepState.DONE
        read = {entry.source_id for entry in first.requirements.core[:1]}
        second = next((entry for entry in first.requirements.check if entry.source_id not in read), None)
        if second:
            Reading.objects.set(ada, second, "read")
        assert notebooks_for(ada, [topic])[topic.pk].steps.cross_checked == StepState.DONE, topic.title


def test_the_system_card_counts_in_both_tiers_and_the_bitter_lesson_does_not(topics, ada):
    by_name = {topic.short_name: topic for topic in topics}
    card = by_name["Real Failures"].topic_entries.get(title="OpenAI GPT-4 System Card")
    lesson = by_name["Experiment Design & Taste"].topic_entries.get(title="Richard Sutton – Bitter Lesson")
    for entry in (card, lesson):
        Reading.objects.set(ada, entry, "read")
    steps = {topic: notebook.steps for topic, notebook in notebooks_for(ada, topics).items()}
    assert steps[by_name["Safety–Capability Tradeoffs"].pk].core == StepState.DONE
    assert steps[by_name["Compute & Scaling Decisions"].pk].core == StepState.TODO
    assert sum(step.core == StepState.DONE for step in steps.values()) == 3
