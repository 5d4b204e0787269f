"""The demo group: that it is made where it may be, that it is alive, and that what it wrote keeps the rules."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from groups.demo.make import ListMissing, find_list, make_demo
from groups.demo.people import PEOPLE
from groups.demo.summaries import WRITTEN
from groups.demo.threads import TALKS
from groups.management.commands import make_demo as make_demo_command
from groups.members.group import Group
from groups.reports.report import ContentReport
from groups.reviews.acceptance_record import Acceptance
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.skip import Skip
from groups.reviews.status import SignKind
from groups.reviews.submission import Submission
from groups.reviews.verdict import Verdict
from groups.threads.post import Post
from groups.threads.post_draft import PostDraft
from groups.threads.post_image import PostImage
from groups.threads.thread import Thread
from notes.draft import Draft
from notes.line_meter import MAX_LINES, MIN_LINES
from notes.reading import Reading
from notes.revision import Revision
from readlist_site.base.accounts.models import User
from readlist_site.base.text import render
from tests import factories
from tests.house.demo import import_shipped_list, make_demo_group
from tests.length import some

# Where it can be made at all, its rows are the same on every engine.
pytestmark = pytest.mark.one_engine


def make(folder: Path) -> str:
    said = StringIO()
    call_command("make_demo", password_file=folder / "secrets" / "demo", stdout=said)
    return said.getvalue()


@pytest.fixture
def demo(db):
    """The group, made on the shipped list."""
    return make_demo_group()


# Where it is made


def test_the_command_makes_the_group_once_and_tells_the_accounts(db, tmp_path):
    import_shipped_list()
    said = make(tmp_path)
    file = tmp_path / "secrets" / "demo"
    password = file.read_text().strip()
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(password) >= 12
    assert password in said
    assert all(person.email in said for person in PEOPLE)
    assert set(User.objects.values_list("email", "is_demo")) == {(person.email, True) for person in PEOPLE}
    assert all(user.check_password(password) for user in User.objects.all())

    before = [model.objects.count() for model in (User, Group, Post, Review, Revision, Reading)]
    again = make(tmp_path)
    assert "already exists" in again
    assert password in again
    assert before == [model.objects.count() for model in (User, Group, Post, Review, Revision, Reading)]


def test_a_password_that_is_there_already_is_taken(db, tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "demo").write_text("a word of their own\n")
    with mock.patch.object(make_demo_command, "make_demo") as make_group:
        make(tmp_path)
    make_group.assert_called_once_with("a word of their own")


def test_an_empty_password_is_none(db, tmp_path):
    import_shipped_list()
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "demo").touch()
    with pytest.raises(CommandError, match="is empty"):
        make(tmp_path)
    assert not User.objects.exists()


def test_where_real_people_are_it_refuses_and_writes_nothing(ada, tmp_path):
    with pytest.raises(CommandError, match="This database has real accounts"):
        make(tmp_path)
    assert list(User.objects.all()) == [ada]
    assert not (tmp_path / "secrets").exists()


def test_without_the_shipped_list_it_says_so_and_writes_nothing(reading_list, tmp_path):
    with pytest.raises(CommandError, match="needs the shipped list"):
        make(tmp_path)
    assert not User.objects.exists()


def test_a_list_that_has_lost_one_source_is_not_enough(db):
    import_shipped_list()
    Entry.objects.filter(source__canonical_url="arxiv.org/abs/2305.18290").update(retired_at=timezone.now())
    with pytest.raises(ListMissing, match=re.escape("https://arxiv.org/abs/2305.18290")):
        find_list()


def test_the_shipped_list_need_not_be_the_default_one(db):
    import_shipped_list()
    ReadingList.objects.update(is_default=False)
    small = factories.make_list()
    assert find_list() != small


# What the group wrote

TEXTS = [
    pytest.param(revision.text, id=f"{written.author}, {written.topic}, {number}")
    for written in WRITTEN
    for number, revision in enumerate(written.revisions, start=1)
]


@pytest.mark.parametrize("text", TEXTS)
def test_every_summary_is_of_the_length_that_is_asked_for_and_its_formulas_can_be_read(text):
    rendered = [render(answer) for answer in text.answers]
    assert MIN_LINES <= sum(answer.lines for answer in rendered) <= MAX_LINES
    assert [problem for answer in rendered for problem in answer.problems] == []
    assert all(answer.lines for answer in rendered)
    assert text.based_on


def test_every_summary_that_was_accepted_or_waits_has_a_formula():
    for written in WRITTEN:
        assert any("<math" in render(answer).html for answer in written.revisions[-1].text.answers), written.author


def test_nothing_else_that_the_group_wrote_has_a_formula_that_can_not_be_read(demo):
    said = [*Post.objects.values_list("body", flat=True), *Verdict.objects.values_list("comment", flat=True)]
    said += Review.objects.values_list("overall", flat=True)
    said += [answer for draft in Draft.objects.all() for answer in draft.answers.values()]
    assert [problem for body in said for problem in render(body).problems] == []


# Whether it is alive


def test_every_state_is_there(demo):
    priya, tomas = (User.objects.get(email=f"{key}@demo.example.org") for key in ("priya", "tomas"))
    seen = list(Submission.objects.visible_to(priya))
    states = Counter(each.current.status_for(priya).kind for each in seen)
    # What she has taken to review is with her; to the others it waits for its author.
    assert {*states, *(each.current.status_for(tomas).kind for each in seen)} == {
        "accepted",
        "awaiting_review",
        "changes_requested",
        "in_review",
        "needs_more_reviews",
        "removed_from_playbook",
    }
    assert states["accepted"] >= 6
    accepted = Acceptance.objects.values_list("round__submission__summary__topic", "round__submission__summary__author")
    by_topic = Counter(topic for topic, _ in accepted)
    assert len(by_topic) >= 6
    assert max(by_topic.values()) >= 3
    assert Draft.objects.count() == 5

    second = Submission.objects.get(rounds__revision__number=2, rounds__acceptance=None)
    assert second.current.revision.number == 2
    signs = second.current.status_for(priya).status_tags
    assert (SignKind.REQUEST_OPEN, True, 1) in [(sign.kind, sign.is_mine, sign.number) for sign in signs]
    assert Submission.objects.filter(rounds__revision__number=2).count() == 2
    assert not Claim.objects.awaited_from(tomas).exists()


def test_what_is_half_done_is_there_too(demo):
    now = timezone.now()
    half = ReviewDraft.objects.select_related("round")
    assert len(half) >= 2
    for draft in half:
        claim = draft.round.claims.live(now).get(reviewer=draft.author)
        assert claim.taken_at < draft.saved_at < now
        assert all(name.startswith(("verdict_", "comment_")) for name in draft.typed)
    assert Claim.objects.live(now).filter(expires_at__lt=now + timedelta(days=1)).exists()
    assert [review.reviewer.first_name for review in Review.objects.exclude(versions=None)] == ["Ada"]
    assert Skip.objects.get().reviewer.first_name == "Mei-Ling"
    assert Acceptance.objects.exclude(removed_from_playbook_at=None).count() == 1
    assert ReviewRound.objects.in_playbook(demo).count() == 8
    assert set(PostDraft.objects.values_list("author__display_name", "thread__title", "group__name")) == {
        ("Priya Raman", "Does a larger batch hurt the final loss?", None),
        ("Tomás Herrera", None, demo.name),
    }


def test_all_that_happened_lies_behind_us_and_in_its_order(demo):
    now = timezone.now()
    for review in Review.objects.select_related("claim", "round__revision"):
        claim, round = review.claim, review.round
        assert round.revision.created_at <= round.submitted_at <= claim.taken_at <= review.submitted_at < now
    for acceptance in Acceptance.objects.select_related("round"):
        assert acceptance.accepted_at == max(review.submitted_at for review in acceptance.round.reviews.all())
    for thread in Thread.objects.prefetch_related("posts"):
        times = [post.created_at for post in thread.posts.all()]
        assert times == sorted(times)
        assert thread.opened_at == times[0]
        assert times[-1] < now
    for reading in Reading.objects.all():
        assert (reading.started_at or reading.since) <= reading.since < now
        assert reading.person.memberships.get().joined_at <= reading.since
    assert Reading.objects.filter(state="read").count() > 40
    assert min(Reading.objects.values_list("started_at", flat=True).exclude(started_at=None)) > now - timedelta(weeks=7)


def test_who_wrote_a_summary_had_read_what_it_rests_on(demo):
    for revision in Revision.objects.select_related("summary__author"):
        for source in revision.based_on.values_list("source", flat=True):
            reading = Reading.objects.get(person=revision.summary.author, source=source)
            assert reading.state == "read", f"{revision}: {reading.source}"
            assert reading.finished_at < revision.created_at, f"{revision}: {reading.source}"


def test_the_threads_are_about_each_kind_of_thing(demo):
    kinds = {"topic": 0, "source": 0, "submission": 0}
    for thread in Thread.objects.all():
        for kind in kinds:
            kinds[kind] += getattr(thread, kind) is not None
    assert all(kinds.values())
    assert Thread.objects.count() == len(TALKS) == sum(kinds.values()) + 1
    assert all(3 <= thread.posts.count() <= 8 for thread in Thread.objects.all())
    assert Post.objects.exclude(edited_at=None).count() == 1
    assert Post.objects.exclude(deleted_at=None).get().deleted_as == "author"


def test_a_post_shows_an_image_and_one_report_waits_for_the_moderators(demo):
    shown = PostImage.objects.select_related("image", "post").get()
    assert shown.image.get_absolute_url() in shown.post.body_html
    client = Client()
    client.force_login(demo.owner)
    image = client.get(shown.image.get_absolute_url())
    assert (image.status_code, image["Content-Type"]) == (200, "image/png")
    report = ContentReport.objects.with_subject().get()
    assert "dismissed" in report.outcomes_for(demo.owner)
    assert client.get(f"/reports/{report.pk}/").status_code == 200


@pytest.mark.parametrize("hour", some([0, 3, 22], 0))
@pytest.mark.soak_only
def test_it_can_be_made_at_any_hour(db, hour):
    import_shipped_list()
    moment = datetime(2026, 3, 30, hour, 10, tzinfo=UTC)  # the day after the clocks went forward
    with mock.patch.object(timezone, "now", return_value=moment):
        group = make_demo(factories.PASSWORD)
    assert Review.objects.filter(submitted_at__gt=moment - timedelta(hours=4)).count() == 1
    assert group.threads.count() == len(TALKS)


def test_whoever_signs_in_sees_the_group_at_work(demo, tmp_path):
    client = Client()
    answer = client.post("/accounts/login/", {"login": "priya@demo.example.org", "password": factories.PASSWORD})
    assert answer.status_code == 302
    for address in ("", "threads/", "playbook/", "reviews/", "members/"):
        assert client.get(f"/groups/{demo.pk}/{address}").status_code == 200
    for thread in Thread.objects.all():
        assert client.get(thread.get_absolute_url()).status_code == 200
    for submission in Submission.objects.all():
        assert client.get(submission.get_absolute_url()).status_code == 200
