"""A person who has written everywhere, and what is still known of them."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.outline.entry import Entry
from groups.leaving.leave import remove_from_group
from groups.reviews.comment_thread import CommentThread
from groups.reviews.reply import CommentReply
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.skip import Skip
from groups.reviews.verdict import Verdict
from groups.threads.post import Post
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread
from notes.draft import Draft
from notes.reading import Reading
from readlist_site.base.text import find, render
from tests import factories
from tests.database import make_once
from tests.groups.reviewing import say, show, take, topic_of

# In every text of the person who leaves, and in nobody else's.
MARK = "Xylophone"
NAME = "Quentin Zephyr"


def traces(word: str) -> set[str]:
    """The columns of the database, of all models, that have this word."""
    texts = (models.CharField, models.TextField, models.JSONField)
    found = set()
    for model in apps.get_models():
        columns = [field.name for field in model._meta.concrete_fields if isinstance(field, texts)]
        for row in model._base_manager.values_list(*columns) if columns else ():
            found |= {
                f"{model._meta.label}.{name}" for name, text in zip(columns, row, strict=True) if word in str(text)
            }
    return found


@pytest.fixture(autouse=True)
def erasure_log(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ERASURE_LOG = tmp_path / "erased.jsonl"
    return settings.ERASURE_LOG


@pytest.fixture
def signed_in() -> Callable:
    """A function: a test client in which this person has just said who they are, as exports ask."""
    return lambda person: factories.sign_in(Client(), person)


# Made with the writer, where a test asks for both.
BESIDE_WRITER = ("reading_list", "ada", "jonas", "group", "tomas", "mei")


@pytest.fixture
def all_written(request, db) -> SimpleNamespace | None:
    """The writer and everybody beside them, if the test asks for the writer. Made once."""
    return make_once("writer", _write) if "writer" in request.fixturenames else None


def _beside_writer(name: str) -> Callable:
    @pytest.fixture(name=name)
    def person_or_thing(request, all_written):
        return getattr(all_written, name) if all_written else request.getfixturevalue(name)

    return person_or_thing


reading_list, ada, jonas, group, tomas, mei = map(_beside_writer, BESIDE_WRITER)


@pytest.fixture
def writer(all_written) -> SimpleNamespace:
    """Quentin, who moderates the group with Ada (its owner), Jonas, Tomás and Mei, and has written wherever one can:
    each of these texts has MARK in it."""
    assert len(traces(MARK)) == 34, "Is there a new text? Then write it below."
    drafts = PostDraft.objects.filter(author=all_written.mei)
    all_written.quoting_drafts = drafts.values_list("typed", flat=True)
    return all_written


def _write() -> SimpleNamespace:
    reading_list = factories.make_list()
    ada, jonas, tomas, mei = map(factories.make_user, ("Ada Okafor", "Jonas Lind", "Tomás Herrera", "Mei-Ling Chen"))
    group = factories.make_group(ada, jonas, tomas, mei, reading_list=reading_list)
    quentin = factories.join(group, factories.make_user(NAME), "moderator")
    entry, topic = Entry.objects.first(), topic_of(group)
    said = [f"{MARK} {place}, with $x$." for place in range(1, 4)]
    Reading.objects.set(quentin, entry, "read")
    Draft.save_answers(quentin, topic_of(group, 2), {topic.list.prompts.first().pk: said[0]}, extra={"why": MARK})
    # Summaries: one that nobody else has seen, and one of which the group has seen two revisions.
    show(quentin, factories.make_group(quentin, name=f"{MARK} alone"), topic_of(group, 1), *said)
    first = show(quentin, group, topic, *said)
    review = say(first, ada, "request_changes", "Not yet.")
    quoted = Verdict.on_words(first.revision.answers.first(), range(len(said[0])), "Is it?")
    quoted.review, quoted.quote_html = review, render(quoted.quote).html
    quoted.save()
    drafted = {"words_1_0": MARK, "remark_1_0": "Is it?"}
    ReviewDraft.objects.create(author=mei, round=first, typed=drafted, alternatives=[{"at": "", "typed": drafted}])
    second = show(quentin, group, topic, *(f"{each} Again." for each in said))
    second.why = f"{MARK}, since Ada asked."
    second.save(update_fields=["why"])
    reply = CommentReply(verdict=review.verdicts.first(), response="disagree")
    reply.set_text(f"No: {MARK}.")
    CommentReply.objects.save_for(second, [reply])
    under = CommentThread.objects.of_comment(first.submission, f"v{review.verdicts.first().pk}")
    under.reply(author=ada, body="Why not?")
    under.reply(author=quentin, body=f"**{MARK}**, as I said.")
    say(second, ada, "approve", "Well.")
    say(second, mei, "approve", "Well.")
    # Reviews: one that was edited since, a draft, and one that was skipped.
    theirs = show(ada, group, topic)
    given = say(theirs, quentin, "request_changes", f"A {MARK}?")
    answer = theirs.revision.answers.first()
    given.edit("request_changes", f"{MARK}?")
    on_words = Verdict.on_words(answer, find(answer.body, "revision")[0], f"*{MARK}*?")
    given.edit("approve", f"Good **{MARK}**.", [Verdict(answer=answer, value="holds", comment=f"{MARK}!"), on_words])
    waiting = show(mei, group, topic)
    take(waiting, quentin)
    ReviewDraft.objects.save_typed(quentin, waiting, {"overall": MARK})
    Skip.objects.skip(show(tomas, group, topic), quentin, "other", MARK)
    # Threads and posts, quoted by others.
    thread = Thread.objects.start(group=group, author=quentin, title=f"About {MARK}", body=f"Is **{MARK}** it?")
    first_post = thread.posts.get()
    ours = Post.objects.reply(
        thread=thread, author=ada, body=f"{first_post.quotation}It was, @quentin.\n\n> Said Knuth."
    )
    ours.edit(f"{first_post.quotation}It is, @quentin.\n\n> Said Knuth.")
    Post.objects.reply(thread=thread, author=quentin, body=f"{MARK}!").edit(f"{ours.quotation}So {MARK} it is.")
    PostDraft.objects.save_typed(mei, {"body": f"{first_post.quotation}Hm."}, thread=thread)
    PostDraft.objects.save_typed(quentin, {"body": MARK}, thread=thread)
    remove_from_group(group.membership_of(tomas), by=quentin, why=MARK, ban=True)
    # To the curators.
    url = "https://example.org/"
    Suggestion.objects.suggest(topic, by=quentin, url=f"{url}a", title="One", why=f"{MARK}.")
    declined = Suggestion.objects.suggest(topic, by=quentin, url=f"{url}b", title="Two", why=f"{MARK}.")
    declined.decline("We have it.", by=ada)
    Report.objects.report(entry.source, by=quentin, kind="broken", text=f"{MARK} is gone.", better_url=f"{url}c")
    return SimpleNamespace(
        person=quentin, thread=thread, round=second, review=given, quoting=ours,
        reading_list=reading_list, ada=ada, jonas=jonas, group=group, tomas=tomas, mei=mei,
    )  # fmt: skip
