"""The export of a whole group, for its owner."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from groups.leaving.leave import remove_from_group
from groups.threads import moderation
from groups.threads.post import Post
from groups.threads.reaction import Reaction
from groups.threads.thread import Thread
from notes.draft import Draft
from readlist_site.base.jobs import job_run
from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.runner import run_waiting_jobs
from readlist_site.personal_data.erase_account import erase_account
from tests.groups.reviewing import say, show, topic_of
from tests.personal_data.exports import export, texts

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def test_it_has_what_all_members_can_read_and_nothing_else(writer, ada, mei, signed_in):
    group = writer.group
    withdrawn = show(mei, group, topic_of(group, 1), "Taken back.", "Two.", "Three.")
    withdrawn.submission.withdraw()
    deleted = Post.objects.reply(thread=writer.thread, author=mei, body="Said too much.")
    deleted.soft_delete(mei)
    Draft.objects.create(author=mei, topic=topic_of(group, 2), answers={"1": "A draft."})
    files = export(signed_in(ada), f"/groups/{group.pk}/export/")
    assert files["settings.json"][0]["name"] == group.name
    assert [each["role"] for each in files["members.json"]] == ["owner", "member", "member", "moderator"]
    banned = files["former_members.json"][1]
    assert (banned["banned"], banned["by"]) == ("Tomás Herrera", "Quentin Zephyr")
    of_quentin = next(each for each in files["submissions.json"] if each["author"] == "Quentin Zephyr")
    first, second = of_quentin["rounds"]
    assert [each["decision"] for each in first["reviews"]] == ["request_changes"]
    assert first["reviews"][0]["reviewer"] == "Ada Okafor"
    assert second["accepted_at"]
    assert second["replies"][0]["response"] == "disagree"
    (discussion,) = first["discussions"]
    assert discussion["comment_by"] == "Ada Okafor"
    assert (discussion["on"], discussion["reopened_at"]) == (first["answers"][0]["prompt"], None)
    assert [each["author"] for each in discussion["replies"]] == ["Ada Okafor", "Quentin Zephyr"]
    posts = files["threads.json"][0]["posts"]
    assert [each.get("text", each.get("deleted_by")) for each in posts[1:]] == [
        writer.quoting.body, Post.objects.get(pk=posts and deleted.pk - 1).body, "author",
    ]  # fmt: skip
    assert "Xylophone 1" in files["playbook.md"]
    everything = "".join(map(str, files.values()))
    for secret in ("Taken back.", "Said too much.", "A draft.", "@example.org"):
        assert secret not in everything


def test_it_says_in_the_owners_language_what_was_deleted(writer, ada, signed_in):
    erase_account(writer.person, texts=True, rendered={}, now=timezone.now())
    ada.language = "de"
    ada.save(update_fields=["language"])
    files = export(signed_in(ada), f"/groups/{writer.group.pk}/export/")
    assert {"Vom Autor gelöscht", "ehemaliges Mitglied"} <= texts(files["submissions.json"])
    assert files["threads.json"][0]["title"] == "Vom Autor gelöscht"
    assert not [name for name, text in files.items() if "Deleted by its author" in str(text)]


def test_only_its_owner_starts_it_and_only_as_long_as_they_own_it(group, ada, jonas, signed_in):
    address = f"/groups/{group.pk}/export/"
    assertContains(signed_in(ada).get(f"/groups/{group.pk}/settings/"), "Export group")
    assert signed_in(jonas).post(address).status_code == 404
    client = signed_in(ada)
    job = client.post(address).url
    group.transfer_ownership(jonas)
    run_waiting_jobs()
    assertContains(client.get(job), "You no longer own this group")
    assert not Job.objects.get().file_name


def test_who_has_handed_the_group_on_gets_no_file_of_it_any_more(group, ada, jonas, signed_in):
    client = signed_in(ada)
    job = client.post(f"/groups/{group.pk}/export/").url
    run_waiting_jobs()
    assert client.get(f"{job}file/").status_code == 200
    group.transfer_ownership(jonas)
    assert client.get(f"{job}file/").status_code == 404
    assertNotContains(client.get(job), "Download")


def test_it_asks_as_often_whatever_there_is(group, ada, jonas, monkeypatch):
    # A sign of life each second is none of its questions.
    monkeypatch.setattr(job_run, "REPORT_EVERY", 1000)

    def asked() -> int:
        Job.objects.start("group_export", person=ada, facts={"group": group.pk})
        with CaptureQueriesContext(connection) as queries:
            run_waiting_jobs()
        assert Job.objects.latest("pk").state == Job.State.DONE
        return len(queries)

    thread = Thread.objects.start(group=group, author=ada, title="One", body="Two.", about=topic_of(group))
    say(show(ada, group), jonas, "approve", "Good.")
    say(show(jonas, group, topic_of(group, 2)), ada, "request_changes", "Why?")
    before = asked()
    for number in range(3):
        post = Post.objects.reply(thread=thread, author=jonas, body=f"Words {number}")
        post.edit(f"Other words {number}")
        Reaction.objects.react(post, ada, "agree")
    say(show(ada, group, topic_of(group, 1)), jonas, "approve", "Good.")
    say(show(jonas, group, topic_of(group, 1)), ada, "request_changes", "Why?")
    assert asked() == before


def test_its_markdown_is_in_the_owners_language_and_its_json_the_same_in_all(writer, ada, signed_in):
    client, address = signed_in(ada), f"/groups/{writer.group.pk}/export/"
    in_english = export(client, address)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    files = export(client, address)
    assert files["submissions.md"].startswith("# Einreichungen\n")
    for line in ("- Entscheidung: Änderungen verlangt", "- Reaktion: Anderer Meinung", "- Rolle: Eigentümer"):
        assert line in files["submissions.md"] + files["members.md"], line
    assert files["submissions.json"] == in_english["submissions.json"]


def test_its_threads_have_what_their_pages_show(group, ada, jonas, tomas, signed_in):
    thread = Thread.objects.start(group=group, author=jonas, title="Which knob?", body="Words", kind="question")
    post = Post.objects.reply(thread=thread, author=tomas, body="@jonas, that.")
    post.edit("@jonas, that one.")
    for person, kind in ((ada, "agree"), (jonas, "thanks")):
        Reaction.objects.react(post, person, kind)
    moderation.pin(thread, ada, is_pinned=True)
    moderation.mark_answer(thread, post, jonas)
    moderation.close(thread, ada, reason="It is settled.")
    remove_from_group(group.membership_of(jonas), by=ada)
    files = export(signed_in(ada), f"/groups/{group.pk}/export/")
    (row,) = files["threads.json"]
    assert (row["kind"], row["opened_by"], row["reason"]) == ("question", "Jonas Lind", "It is settled.")
    assert row["pinned_at"]
    assert row["closed_at"]
    question, answer = row["posts"]
    assert (question["is_answer"], answer["is_answer"]) == (False, True)
    assert [each["text"] for each in answer["earlier_versions"]] == ["@jonas, that."]
    assert [(each["name"], each["kind"]) for each in answer["reactions"]] == [("Ada Okafor", "agree")], (
        "of members only"
    )
    assert [each["handle"] for each in files["members.json"]] == ["ada", "tomás"]
