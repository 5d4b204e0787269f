"""What two tabs may do to one draft: whoever has not seen what stands is told, and no text goes."""

import uuid

import pytest
from django.test import RequestFactory

from groups.threads.post_draft import PostDraft
from readlist_site.base.drafts import Conflict, StaleDraft, concat
from readlist_site.base.drafts.autosave_http import autosave_state, conflict_choice
from readlist_site.base.drafts.draft import MAX_ALTERNATIVES
from tests import factories
from tests.groups.at_once import at_once

TAB, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def keep(ada, group):
    """A function: save a body as Ada's draft of a thread."""

    def keep(body: str, **told) -> PostDraft:
        return PostDraft.objects.save_draft({"author": ada, "group": group}, {"typed": {"body": body}}, **told)

    return keep


def stands() -> str:
    return PostDraft.objects.get().body


def test_who_has_seen_what_stands_replaces_it(keep):
    first = keep("One", tab_id=TAB)
    second = keep("Two", seen=first.version_token, tab_id=OTHER)
    assert (second.body, second.version, second.version_token) == ("Two", 2, f"{first.pk}.2")
    assert second.saved_at >= first.saved_at


def test_who_has_not_is_told_and_changes_nothing(keep):
    first = keep("One", tab_id=TAB)
    second = keep("Two", seen=first.version_token, tab_id=OTHER)
    for seen in ("", first.version_token, f"{first.pk}.3", "rubbish"):
        with pytest.raises(StaleDraft) as told:
            keep("Three", seen=seen, tab_id=uuid.uuid4())
        assert told.value.draft == second
        assert stands() == "Two"


def test_who_says_the_same_needs_not_have_seen_it_and_makes_no_new_version(keep):
    first = keep("One", tab_id=TAB)
    assert keep("One", seen="", tab_id=OTHER).version_token == first.version_token


def test_a_tab_that_never_heard_the_answer_goes_on_from_its_own_save(keep):
    first = keep("One", tab_id=TAB)
    assert keep("One and", seen="", tab_id=TAB).version == 2
    assert keep("One and two", seen=first.version_token, tab_id=TAB).version == 3
    with pytest.raises(StaleDraft):
        keep("Late", seen=first.version_token, tab_id=TAB)


def test_a_draft_that_was_dropped_and_begun_anew_is_another(keep):
    first = keep("One", tab_id=TAB)
    PostDraft.objects.all().delete()
    # SQLite gives the number of the last row again.
    second = keep("Anew", tab_id=OTHER)
    keep("Anew, twice", seen=second.version_token, tab_id=OTHER)
    with pytest.raises(StaleDraft):
        keep("Of the first", seen=first.version_token, tab_id=TAB)


def test_who_saw_a_draft_that_is_gone_is_told_and_begins_none(keep):
    first = keep("One", tab_id=TAB)
    PostDraft.objects.all().delete()
    for choice in ("", "keep", "take", "merge"):
        with pytest.raises(StaleDraft) as told:
            keep("Two", seen=first.version_token, tab_id=TAB, choice=choice)
        assert told.value.draft is None
        assert not PostDraft.objects.exists()
    assert keep("Anew", tab_id=TAB).body == "Anew"


def test_what_is_not_chosen_is_set_aside(keep):
    first = keep("Theirs")
    kept = keep("Mine", seen=first.version_token, choice="keep")
    assert kept.body == "Mine"
    assert [text["typed"]["body"] for text in kept.alternatives] == ["Theirs"]
    taken = keep("Mine too", seen=kept.version_token, choice="take")
    assert taken.body == "Mine"
    assert [text["typed"]["body"] for text in taken.alternatives] == ["Theirs", "Mine too"]
    for number in range(MAX_ALTERNATIVES + 2):
        taken = keep(f"{number}", seen=taken.version_token, choice="keep")
    assert len(taken.alternatives) == MAX_ALTERNATIVES


def test_a_choice_that_has_not_seen_what_stands_is_asked_again(keep):
    first = keep("One")
    keep("Two", seen=first.version_token)
    for choice in ("keep", "take", "merge"):
        with pytest.raises(StaleDraft):
            keep("Mine", seen=first.version_token, choice=choice)
    assert stands() == "Two"


def test_drafts_are_their_authors_alone(keep, jonas):
    keep("Mine")
    assert not PostDraft.objects.visible_to(jonas).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begun", [False, True])
def test_of_saves_in_the_same_moment_one_is_kept_and_the_others_are_told(begun):
    ada = factories.make_user("Ada Okafor")
    key = {"author": ada, "group": factories.make_group(ada)}
    seen = PostDraft.objects.save_draft(key, {"typed": {"body": "Before"}}).version_token if begun else ""

    def save(number: int):
        values = {"typed": {"body": f"Text {number}"}}
        return lambda: PostDraft.objects.save_draft(key, values, seen=seen, tab_id=uuid.uuid4())

    said = at_once(*(save(number) for number in range(6)))
    kept = [each for each in said if isinstance(each, PostDraft)]
    assert len(kept) == 1, said
    assert [type(each) for each in said if each not in kept] == [StaleDraft] * 5
    assert stands() == kept[0].body
    assert PostDraft.objects.get().version == (2 if begun else 1)


# What a page sends


def asked(**fields):
    return RequestFactory().post("/", fields)


@pytest.mark.parametrize(
    ("fields", "seen", "tab"),
    [
        ({}, "", None),
        ({"seen": "7.2", "tab": TAB.hex}, "7.2", TAB),
        ({"seen": "7.2", "over": "7.3", "choice": "keep"}, "7.3", None),
        ({"seen": "7.2", "over": "7.3", "choice": "king"}, "7.2", None),
        ({"seen": "x" * 99, "tab": "\0"}, "", None),
        ({"seen": "given.3"}, "given.3", None),
    ],
)
def test_rubbish_counts_as_nothing_seen(fields, seen, tab):
    assert autosave_state(asked(**fields)) == {"seen": seen, "tab_id": tab}
    assert conflict_choice(asked(**fields)) == ("keep" if fields.get("choice") == "keep" else "")


def test_two_texts_put_together_say_each_thing_once():
    mine, theirs = {"a": "One", "b": "Same", "c": ""}, {"a": "Two", "b": "Same", "c": "Only there", "d": "Kept"}
    assert concat(mine, theirs) == {"a": "One\n\nTwo", "b": "Same", "c": "Only there", "d": "Kept"}


def test_a_conflict_shows_the_fields_that_differ_and_escapes_them():
    conflict = Conflict.between(
        {"a": "<script>x</script>", "b": "Same"}, {"a": "Two", "b": " Same "}, {"a": "A", "b": "B"}
    )
    assert [each.label for each in conflict.differences] == ["A"]
    assert "<script" not in conflict.differences[0].mine
