"""Saying how far one is with a source."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from catalog.outline.entry import Entry
from notes.draft import Draft
from notes.reading import Reading
from notes.reading_pass import in_order
from notes.revision import Revision
from readlist_site.base.web.time_filters import short_time
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def entry(reading_list):
    return Entry.objects.get(title="DPO paper")


@pytest.fixture
def press(signed_in, ada):
    """A function: Ada presses a state's button of an entry."""
    client = signed_in(ada)

    def press(entry, state, headers=None, **data):
        return client.post(reverse("reading", args=[entry.pk]), {"state": state, **data}, headers=headers)

    return press


def state_of(person, entry) -> str | None:
    reading = (
        Reading.objects.visible_to(person)
        .filter(source=entry.source)
        .by_key()
        .get(("entry", entry.pk) if entry.reread else ("source", entry.source_id))
    )
    return reading and reading.state


@pytest.mark.parametrize("state", Reading.State.values)
def test_a_press_sets_the_state_and_a_second_takes_it_back(press, ada, entry, state):
    press(entry, state)
    assert state_of(ada, entry) == state
    press(entry, state)
    assert state_of(ada, entry) is None


def test_another_press_changes_the_state(press, ada, entry):
    press(entry, "want")
    press(entry, "read")
    assert state_of(ada, entry) == "read"
    assert Reading.objects.count() == 1


def test_a_press_on_a_page_that_is_behind_sets_what_it_says(press, ada, entry):
    press(entry, "read")
    press(entry, "read", seen="want")
    assert state_of(ada, entry) == "read"
    press(entry, "read", seen="read")
    assert state_of(ada, entry) is None


def test_the_same_source_elsewhere_is_read_too_but_for_a_re_read(press, ada, entry, reading_list):
    topic = factories.make_section(reading_list, "topic", "Another topic")
    elsewhere = factories.make_entry(topic, "DPO again", source=entry.source)
    again = factories.make_entry(topic, "DPO, to be read again", source=entry.source, reread=True)
    press(entry, "read")
    assert (state_of(ada, elsewhere), state_of(ada, again)) == ("read", None)
    press(again, "reading")
    assert (state_of(ada, entry), state_of(ada, again)) == ("read", "reading")
    press(again, "reading")
    assert (state_of(ada, entry), state_of(ada, again)) == ("read", None)


def test_a_press_touches_nobody_else(press, jonas, entry):
    Reading.objects.set(jonas, entry, "reading")
    press(entry, "read")
    assert state_of(jonas, entry) == "reading"


def test_dates_say_when_it_was_begun_and_finished(ada, entry):
    first = timezone.now() - timedelta(days=9)
    days = [first + timedelta(days=day) for day in range(6)]
    said = [("want", None, None), ("reading", 1, None), ("read", 1, 2), ("reading", 3, None), ("skipped", 3, None)]
    for day, (state, started, finished) in enumerate(said):
        reading = Reading.objects.set(ada, entry, state, at=days[day])
        reading.refresh_from_db()
        assert reading.since == days[day]
        assert reading.started_at == (days[started] if started else None)
        assert reading.finished_at == (days[finished] if finished else None)
    Reading.objects.set(ada, entry, "skipped", at=days[5])
    assert Reading.objects.get().since == days[4], "saying the same again changes nothing"


def passes_of(person) -> list[tuple]:
    return [(each.started_at, each.finished_at) for each in in_order(person.readings.get().passes.all())]


def test_each_time_a_source_is_read_is_kept_with_its_dates(press, ada, entry):
    first = timezone.now() - timedelta(days=200)
    days = [first + timedelta(days=30 * number) for number in range(4)]
    for day, state in zip(days, ("reading", "read", "reading", "read"), strict=True):
        Reading.objects.set(ada, entry, state, at=day)
        reading = Reading.objects.with_read_before().get()
        assert reading.read_before_at == (days[1] if day > days[1] else None)
        assert (reading.started_at, reading.finished_at) == passes_of(ada)[-1]
    assert passes_of(ada) == [(days[0], days[1]), (days[2], days[3])]


def test_the_page_says_when_it_was_read_before(press, ada, entry, signed_in):
    then = timezone.now() - timedelta(days=400)
    Reading.objects.set(ada, entry, "read", at=then)
    page = entry.topic.get_absolute_url()
    told = " ".join(strip_tags(press(entry, "reading", HTMX, next=page).content.decode()).split())
    assert f"read {strip_tags(short_time(then))}, again since {strip_tags(short_time(timezone.now()))}" in told
    assert "again since" in signed_in(ada).get(page).content.decode()
    assert "again since" not in press(entry, "reading", HTMX, next=page).content.decode(), "the press is undone"
    assert passes_of(ada) == [(None, then)]
    assert state_of(ada, entry) == "read"


def test_who_only_wants_to_read_it_after_all_has_not_begun(ada, entry):
    for state in ("reading", "want"):
        Reading.objects.set(ada, entry, state)
    assert passes_of(ada) == []


def test_a_pass_that_an_older_version_wrote_on_the_reading_alone_is_kept(ada, entry):
    then = timezone.now() - timedelta(days=9)
    Reading.objects.create(person=ada, source=entry.source, state="read", since=then, finished_at=then)
    Reading.objects.set(ada, entry, "reading")
    assert passes_of(ada)[0] == (None, then)
    assert len(passes_of(ada)) == 2


def test_without_javascript_one_comes_back_to_the_source_one_was_at(press, entry):
    topic, source = entry.topic.get_absolute_url(), entry.source.get_absolute_url()
    assert press(entry, "read", next=source).url == f"{source}#entry-{entry.pk}"
    assert press(entry, "read", next=f"{topic}#above").url == f"{topic}?from={entry.pk}#entry-{entry.pk}"
    assert press(entry, "read").url == f"{topic}?from={entry.pk}#entry-{entry.pk}"


@pytest.mark.parametrize(
    "next", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\0"]
)
def test_nobody_is_sent_away_from_the_site(press, entry, next):
    assert press(entry, "read", next=next).url == entry.url_in_topic


def test_htmx_gets_the_choice_and_what_it_changes_on_the_topics_page(press, entry):
    answer = press(entry, "read", HTMX, next=entry.topic.get_absolute_url()).content.decode()
    assert f'id="reading-{entry.pk}-read" name="state" value="read" aria-pressed="true"' in answer
    assert 'id="step-core" data-state="done"' in answer
    assert 'id="step-summarised"' in answer
    assert "Cross-check with A post from the field" in answer
    assert "<bdi>DPO paper</bdi>: read. Core read." in answer
    assert "step-reviewed" not in answer
    assert "<h1" not in answer
    assert len(answer) < 8_000


def test_htmx_says_when_a_state_is_taken_back(press, entry):
    press(entry, "read")
    answer = press(entry, "read", HTMX, next=entry.topic.get_absolute_url()).content.decode()
    assert "<bdi>DPO paper</bdi>: not marked. Not started." in answer
    assert 'aria-pressed="true"' not in answer


def test_htmx_on_a_sources_page_gets_its_other_places_and_no_path(press, entry, reading_list):
    topic = factories.make_section(reading_list, "topic", "Another topic")
    elsewhere = factories.make_entry(topic, "DPO again", source=entry.source)
    again = factories.make_entry(topic, "DPO, to be read again", source=entry.source, reread=True)
    answer = press(entry, "read", HTMX, next=entry.source.get_absolute_url()).content.decode()
    assert f'id="reading-{elsewhere.pk}-read" name="state" value="read" aria-pressed="true"' in answer
    assert f"reading-{again.pk}-" not in answer
    assert "step-" not in answer
    assert "next-step" not in answer


def test_once_submitted_the_next_thing_no_longer_depends_on_reading(press, ada, entry, reading_list):
    Revision.freeze(ada, entry.topic, {reading_list.prompts.first().pk: "A knob."})
    answer = press(entry, "read", HTMX, next=entry.topic.get_absolute_url()).content.decode()
    assert "next-step" not in answer
    assert "step-summarised" not in answer


def test_the_next_thing_keeps_saying_when_the_draft_was_saved(press, ada, entry, reading_list):
    Draft.save_answers(ada, entry.topic, {reading_list.prompts.first().pk: "A knob."})
    answer = press(entry, "read", HTMX, next=entry.topic.get_absolute_url()).content.decode()
    assert "Continue your summary" in answer
    assert "Saved" in answer


@pytest.mark.parametrize("state", ["", "done", "READ", "want\0", "x" * 5000])
def test_a_state_that_there_is_not_is_refused_and_changes_nothing(press, entry, state):
    assert press(entry, state).status_code == 400
    assert not Reading.objects.exists()


def test_a_state_is_set_by_post_alone(signed_in, ada, entry):
    assert signed_in(ada).get(reverse("reading", args=[entry.pk])).url == entry.topic.get_absolute_url()
    assert not Reading.objects.exists()


def test_what_is_not_in_the_list_any_more_has_no_state_to_set(press, entry):
    assert press(Entry(pk=987654), "read").status_code == 404
    Entry.objects.filter(pk=entry.pk).update(retired_at=timezone.now())
    assert press(entry, "read").status_code == 404


@pytest.mark.parametrize("heading", ["topic", "section"])
def test_nor_has_what_stands_under_a_retired_heading(press, entry, heading):
    type(entry.topic).objects.filter(pk=getattr(entry, heading).pk).update(retired_at=timezone.now())
    assert press(entry, "read").status_code == 404


def test_who_is_not_signed_in_is_asked_to(client, entry):
    answer = client.post(reverse("reading", args=[entry.pk]), {"state": "read"})
    assert answer.url.startswith(reverse("account_login"))
    assert not Reading.objects.exists()


def test_a_press_takes_few_queries(press, entry, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        press(entry, "read", HTMX, next=entry.topic.get_absolute_url())


@pytest.mark.django_db(transaction=True)
def test_two_presses_in_the_same_moment_leave_one_reading():
    factories.make_list()
    ada, entry, both = factories.make_user("Ada Okafor"), Entry.objects.get(title="DPO paper"), Barrier(2)
    failed = []

    def press(state):
        try:
            both.wait()
            Reading.objects.set(ada, entry, state)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    for _ in range(5):
        threads = [Thread(target=press, args=[state]) for state in ("read", "reading")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed
        assert Reading.objects.get().state in {"read", "reading"}
        Reading.objects.all().delete()


def test_the_sources_page_says_too_when_it_was_read_before(press, ada, entry):
    Reading.objects.set(ada, entry, "read", at=timezone.now() - timedelta(days=400))
    page = entry.source.get_absolute_url()
    assert "again since" in press(entry, "reading", HTMX, next=page).content.decode()
    assert "again" in press(entry, "read", HTMX, next=page).content.decode()
