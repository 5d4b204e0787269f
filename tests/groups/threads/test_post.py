"""Posts: replying, what appears in place, editing, removing, quoting."""

import re
import sys
import uuid
from datetime import timedelta
from html import escape
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from groups.members.membership import Membership
from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.text import MAX_LENGTH, render
from tests import factories
from tests.length import some

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def thread(group, ada):
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body="I swept $\\beta$.")


@pytest.fixture
def post(thread, jonas):
    return Post.objects.reply(thread=thread, author=jonas, body="They answer *different* questions.")


@pytest.fixture
def people(group, ada, jonas, stranger):
    """Everybody who might come by a post of Jonas's, by what they are to it."""
    found = {"owner": ada, "author": jonas, "stranger": stranger}
    for role in ("moderator", "member"):
        found[role] = factories.make_user(role.title())
        Membership.objects.create(group=group, person=found[role], role=role)
    return found


@pytest.fixture
def client_of(people, signed_in, client):
    return lambda who: client if who == "anonymous" else signed_in(people[who])


def ids(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'<article class="post" id="post-(\d+)"', html)]


# Replying


def test_a_reply_leads_to_itself(signed_in, jonas, thread):
    answer = signed_in(jonas).post(reverse("posts", args=[thread.pk]), {"body": "Hm.\r\nIndeed."})
    post = thread.posts.last()
    assert answer.url == f"{thread.get_absolute_url()}#post-{post.pk}"
    assert (post.author, post.body) == (jonas, "Hm.\nIndeed.")


@pytest.mark.parametrize("body", ["", "  \r\n ", "x" * (MAX_LENGTH + 1)])
def test_what_can_not_be_posted_stays_in_the_box_with_a_word(body, signed_in, jonas, thread):
    answer = signed_in(jonas).post(reverse("posts", args=[thread.pk]), {"body": body})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert body.strip() in page
    assert "Write something first." in page or "Use at most 20000 characters" in page
    assert thread.posts.count() == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("![" * 5_000, "This text has more than 500 images."),
        ("Word[b] `c` and *so* on. " * 700, "This text takes too long to render."),
        ("$" + r"\lAngle" * 28 + "$", "A formula takes too long to read."),
    ],
    ids=["markup", "the whole", "a formula"],
)
def test_what_takes_too_long_to_render_stays_in_the_box_with_the_reason(
    body, reason, signed_in, jonas, thread, monkeypatch
):
    if reason.startswith("This text takes"):  # on a machine of any speed
        monkeypatch.setattr(sys.modules[render.__module__], "MAX_SECONDS", 0.01)
    answer = signed_in(jonas).post(reverse("posts", args=[thread.pk]), {"body": body})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert escape(body.strip(), quote=False) in page
    assert reason in page
    assert thread.posts.count() == 1


def test_the_longest_text_is_kept_whole_however_the_browser_ends_its_lines(signed_in, jonas, thread):
    body = f"{'x' * 78}\r\n" * (MAX_LENGTH // 80)
    signed_in(jonas).post(reverse("posts", args=[thread.pk]), {"body": body})
    assert thread.posts.last().body == body.replace("\r", "")


def test_a_post_is_kept_as_it_was_typed_through_every_edit(signed_in, jonas, thread):
    body = "    x = 1\n\n\tthen\n \n- a  \n"
    client = signed_in(jonas)
    client.post(reverse("posts", args=[thread.pk]), {"body": body})
    post = thread.posts.last()
    assert "<code>x = 1\n\nthen</code>" in post.body_html
    page = client.get(reverse("edit_post", args=[post.pk])).content.decode()
    assert f">\n{body}</textarea>" in page
    client.post(reverse("edit_post", args=[post.pk]), {"body": body.replace("\n", "\r\n"), "base": 0})
    post.refresh_from_db()
    assert (post.body, post.edits) == (body, 0)
    assert post.quotation.endswith("\n>\n>     x = 1\n>\n> \tthen\n>\n> - a\n\n")


def test_the_box_does_not_cut_a_pasted_text_in_silence(signed_in, jonas, thread):
    assert "maxlength" not in signed_in(jonas).get(thread.get_absolute_url()).content.decode()


def test_sent_twice_is_posted_once(signed_in, jonas, thread):
    client, url = signed_in(jonas), reverse("posts", args=[thread.pk])
    page = client.get(thread.get_absolute_url()).content.decode()
    data = {"body": "Once", "idempotency_key": re.search(r'name="idempotency_key" value="([^"]+)"', page)[1]}
    first, second = client.post(url, data), client.post(url, data)
    assert first.url == second.url
    assert thread.posts.count() == 2
    assert data["idempotency_key"] not in client.get(thread.get_absolute_url()).content.decode()


def test_other_words_in_a_form_that_came_back_are_another_post(signed_in, jonas, thread):
    client, url, idempotency_key = signed_in(jonas), reverse("posts", args=[thread.pk]), str(uuid.uuid4())
    for body in ("One", "Two"):
        client.post(url, {"body": body, "idempotency_key": idempotency_key})
    assert [post.body for post in thread.posts.all()][1:] == ["One", "Two"]


def test_the_same_words_on_purpose_are_two_posts(signed_in, jonas, thread):
    client, url = signed_in(jonas), reverse("posts", args=[thread.pk])
    for idempotency_key in (uuid.uuid4(), uuid.uuid4(), "", "nonsense"):
        client.post(url, {"body": "+1", "idempotency_key": idempotency_key})
    assert thread.posts.count() == 5


def test_the_database_refuses_a_second_post_of_one_sending(thread, ada):
    values = {
        "thread": thread,
        "author": ada,
        "body": "x",
        "body_html": "x",
        "renderer": 1,
        "idempotency_key": uuid.uuid4(),
    }
    Post.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(**values)


@pytest.mark.parametrize(
    "values", [{"body": ""}, {"deleted_as": "author"}, {"deleted_at": timezone.now()}, {"deleted_as": "king"}]
)
def test_the_database_refuses_an_empty_or_half_removed_post(values, post):
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(**values)


# In place


def poll(client, thread, after: int, **more):
    return client.get(reverse("posts", args=[thread.pk]), {"after": after} | more, **HTMX)


def test_nothing_new_is_204(signed_in, ada, thread, post):
    answer = poll(signed_in(ada), thread, post.pk)
    assert (answer.status_code, answer.content) == (204, b"")


def test_new_posts_come_after_a_line_and_move_the_mark(signed_in, ada, jonas, thread, post):
    client = signed_in(ada)
    new = [Post.objects.reply(thread=thread, author=jonas, body=word) for word in ("One", "Two")]
    page = poll(client, thread, post.pk).content.decode()
    assert ids(page) == [each.pk for each in new]
    assert page.index("New posts") < page.index(f'id="post-{new[0].pk}"')
    assert "<html" not in page
    assert f"?after={new[1].pk}&amp;first=0&amp;line=1" in page
    assert "2 new posts by Jonas." in page
    assert "4 posts" in page
    later = Post.objects.reply(thread=thread, author=jonas, body="Three")
    page = poll(client, thread, new[1].pk, line=1).content.decode()
    assert ids(page) == [later.pk]
    assert "New posts" not in page


def test_many_new_posts_come_in_several_goes(signed_in, ada, jonas, thread, post):
    made = [Post.objects.reply(thread=thread, author=jonas, body=str(n)).pk for n in range(70)]
    client = signed_in(ada)
    first = ids(poll(client, thread, post.pk).content.decode())
    assert first + ids(poll(client, thread, first[-1]).content.decode()) == made


def test_a_reply_in_place_brings_what_others_said_meanwhile_and_an_empty_form(signed_in, ada, jonas, thread, post):
    meanwhile = Post.objects.reply(thread=thread, author=jonas, body="Meanwhile")
    idempotency_key = uuid.uuid4()
    data = {"body": "Mine", "after": post.pk, "idempotency_key": idempotency_key}
    page = signed_in(ada).post(reverse("posts", args=[thread.pk]), data, **HTMX).content.decode()
    mine = thread.posts.last()
    assert ids(page) == [meanwhile.pk, mine.pk]
    assert page.index("New posts") < page.index(f'id="post-{meanwhile.pk}"')
    assert 'data-hx-swap-oob="true"' in page
    assert str(idempotency_key) not in page
    assert ">Mine</textarea>" not in page
    assert "Your reply is posted. 1 new post by Jonas." in page


def test_my_own_reply_is_not_new_to_me(signed_in, ada, thread, post):
    page = signed_in(ada).post(reverse("posts", args=[thread.pk]), {"body": "Mine", "after": post.pk}, **HTMX)
    assert "New posts" not in page.content.decode()


def test_a_reply_in_place_that_can_not_be_posted_changes_the_form_only(signed_in, ada, thread, post):
    answer = signed_in(ada).post(reverse("posts", args=[thread.pk]), {"body": " ", "after": post.pk}, **HTMX)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#reply", "outerHTML")
    assert ids(answer.content.decode()) == []
    assert "Write something first." in answer.content.decode()


@pytest.mark.parametrize("query", ["", "?after=", "?after=x", "?after=-1", "?after=" + "9" * 30])
def test_asking_for_posts_without_saying_since_when_shows_the_thread(query, signed_in, ada, thread):
    answer = signed_in(ada).get(reverse("posts", args=[thread.pk]) + query, **HTMX)
    assert (answer.status_code, answer.url) == (302, thread.get_absolute_url())


def test_a_person_who_opens_the_posts_address_comes_to_the_thread(signed_in, ada, thread):
    assert signed_in(ada).get(f"{reverse('posts', args=[thread.pk])}?after=0").url == thread.get_absolute_url()


def test_who_is_signed_out_meanwhile_is_told_to_sign_in(client, thread):
    answer = client.get(f"{reverse('posts', args=[thread.pk])}?after=0", **HTMX)
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith(reverse("account_login"))


# Quoting


def test_a_quotation_begins_the_reply_and_names_its_author(signed_in, ada, thread, post):
    page = signed_in(ada).get(f"{thread.get_absolute_url()}?quote={post.pk}").content.decode()
    assert (
        f"&gt; [**Jonas Lind**](/posts/{post.pk}/)\n&gt;\n&gt; They answer *different* questions.\n\n</textarea>"
        in page
    )


def test_a_quotation_leaves_out_what_was_quoted(thread, ada):
    post = Post.objects.reply(thread=thread, author=ada, body="> old\n> words\n\nNew\n\nwords")
    assert post.quotation == f"> [**Ada Okafor**](/posts/{post.pk}/)\n>\n> New\n>\n> words\n\n"
    assert "> > only" in Post.objects.reply(thread=thread, author=ada, body="> only").quotation


def test_a_name_in_a_quotation_is_no_markdown(thread, jonas, post):
    jonas.display_name = "J*nas [L](x)"
    jonas.save()
    assert Post.objects.get(pk=post.pk).quotation.startswith("> [**J\\*nas \\[L\\](x)**](/posts/")
    jonas.delete()
    assert Post.objects.get(pk=post.pk).quotation.startswith("> [**A former member**](/posts/")


def test_in_place_a_quotation_comes_alone(signed_in, ada, thread, post):
    answer = signed_in(ada).get(f"{thread.get_absolute_url()}?quote={post.pk}", **HTMX)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.content.decode() == post.quotation


def test_a_passage_is_quoted_alone_as_it_is_read(signed_in, ada, thread, post):
    url = f"{thread.get_absolute_url()}?quote={post.pk}&passage=%2Adifferent%0A%0A%20questions"
    quoted = signed_in(ada).get(url, **HTMX).content.decode()
    assert quoted == f"> [**Jonas Lind**](/posts/{post.pk}/)\n>\n> \\*different\n>\n> questions\n\n"


def test_only_a_standing_post_of_this_thread_is_quoted(signed_in, ada, jonas, group, thread, post):
    other = Thread.objects.start(group=group, author=jonas, title="Other", body="Elsewhere said").posts.get()
    post.soft_delete(by=jonas)
    for pk in (other.pk, post.pk, 999999):
        page = signed_in(ada).get(f"{thread.get_absolute_url()}?quote={pk}").content.decode()
        assert "&gt; [**" not in page


# Who may what

MAY_EDIT = {"author": 302, "owner": 403, "moderator": 403, "member": 403, "stranger": 404, "anonymous": 302}
MAY_REMOVE = {"author": 302, "owner": 302, "moderator": 302, "member": 403, "stranger": 404, "anonymous": 302}
MAY_SEE = {"author": 302, "owner": 302, "moderator": 302, "member": 302, "stranger": 404, "anonymous": 302}


@pytest.mark.parametrize("who", MAY_EDIT)
def test_only_its_author_edits_a_post(who, client_of, post):
    answer = client_of(who).post(reverse("edit_post", args=[post.pk]), {"body": "Changed"})
    assert answer.status_code == MAY_EDIT[who]
    post.refresh_from_db()
    assert post.body == ("Changed" if who == "author" else "They answer *different* questions.")


@pytest.mark.parametrize("who", MAY_REMOVE)
def test_its_author_and_who_moderates_remove_a_post(who, client_of, post):
    answer = client_of(who).post(reverse("delete_post", args=[post.pk]))
    assert answer.status_code == MAY_REMOVE[who]
    post.refresh_from_db()
    removes = who in ("author", "owner", "moderator")
    assert post.is_readable == (not removes)
    assert post.deleted_as == (who if removes else "")


@pytest.mark.parametrize("who", MAY_SEE)
def test_members_are_led_to_a_post(who, client_of, post):
    answer = client_of(who).get(reverse("post", args=[post.pk]))
    assert answer.status_code == MAY_SEE[who]


@pytest.mark.parametrize("who", ["owner", "author", "moderator", "member"])
def test_the_predicates_and_the_page_agree(who, people, client_of, post):
    person = people[who]
    page = client_of(who).get(post.thread.get_absolute_url()).content.decode()
    assert (reverse("edit_post", args=[post.pk]) in page) == post.can_be_edited_by(person) == (who == "author")
    may_delete = post.can_be_deleted_by(person, is_moderator=post.thread.group.is_moderated_by(person))
    assert (reverse("delete_post", args=[post.pk]) in page) == may_delete == (who != "member")


def test_a_stranger_may_neither_edit_nor_remove(people, post):
    assert not post.can_be_edited_by(people["stranger"])
    assert not post.can_be_deleted_by(people["stranger"], is_moderator=False)
    assert not Post.objects.visible_to(people["stranger"]).exists()


def test_following_a_link_to_the_deletion_shows_the_post_and_deletes_nothing(signed_in, jonas, post):
    assert signed_in(jonas).get(reverse("delete_post", args=[post.pk])).url == reverse("post", args=[post.pk])
    assert Post.objects.get(pk=post.pk).is_readable


def test_who_has_left_changes_nothing_any_more(signed_in, jonas, group, post):
    group.memberships.filter(person=jonas).delete()
    client = signed_in(jonas)
    assert client.post(reverse("edit_post", args=[post.pk]), {"body": "x"}).status_code == 404
    assert client.post(reverse("delete_post", args=[post.pk])).status_code == 404


# Editing


def test_an_edited_post_says_when(signed_in, jonas, thread, post):
    post.edit("Now with $x^2$.", now=timezone.now() - timedelta(days=2))
    assert "<msup>" in post.body_html
    page = signed_in(jonas).get(thread.get_absolute_url()).content.decode()
    assert "edited <time" in page
    assert "different" not in page


def test_saving_the_same_words_is_no_edit(post):
    post.edit(post.body)
    assert post.edited_at is None


def test_editing_in_place(signed_in, jonas, post):
    client, url = signed_in(jonas), reverse("edit_post", args=[post.pk])
    form = client.get(url, **HTMX).content.decode()
    assert "<html" not in form
    assert "They answer *different* questions.</textarea>" in form
    wrong = client.post(url, {"body": " "}, **HTMX)
    assert wrong.status_code == 422
    assert "delete the post" in wrong.content.decode()
    saved = client.post(url, {"body": "Better"}, **HTMX).content.decode()
    assert ids(saved) == [post.pk]
    assert "Better" in saved
    assert "Your post is saved." in saved
    cancelled = client.post(url, {"body": "Worse", "discard": "yes"}, **HTMX).content.decode()
    assert "Worse" not in cancelled
    assert ids(cancelled) == [post.pk]


def test_editing_on_a_page_of_its_own(signed_in, jonas, thread, post):
    client, url = signed_in(jonas), reverse("edit_post", args=[post.pk])
    assert "<h1>Edit your post</h1>" in client.get(url).content.decode()
    assert client.post(url, {"body": ""}).status_code == 422
    assert client.post(url, {"body": "Better"}).url == f"{thread.get_absolute_url()}#post-{post.pk}"


def test_an_edit_of_what_was_edited_meanwhile_overwrites_nothing_and_shows_both(signed_in, jonas, post):
    client, url = signed_in(jonas), reverse("edit_post", args=[post.pk])
    base = re.search(r'name="base" value="(\d+)"', client.get(url).content.decode())[1]
    assert client.post(url, {"body": "From the *phone*", "base": base}).status_code == 302
    for extra in ({}, HTMX):
        answer = client.post(url, {"body": "From the **laptop**", "base": base}, **extra)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "This text was also changed in another window" in page
        here, there = re.findall(r'data-lacks="hidden">(.*?)</div>', page, re.DOTALL)
        assert "laptop" in here
        assert "phone" in there
    post.refresh_from_db()
    assert (post.body, post.edits) == ("From the *phone*", 1)
    over = re.search(r'name="over" value="(\d+)"', page)[1]
    mine = {"body": "From the **laptop**", "base": base, "over": over}
    merging = client.post(url, mine | {"choice": "merge"}, follow=True).content.decode()
    assert "From the **laptop**\n\nFrom the *phone*</textarea>" in merging
    assert client.post(url, mine | {"choice": "keep"}).status_code == 302
    post.refresh_from_db()
    assert (post.body, post.edits) == ("From the **laptop**", 2)


def test_the_same_edit_sent_twice_is_one_edit(signed_in, jonas, post):
    client, data = signed_in(jonas), {"body": "Better", "base": "0"}
    for _ in range(2):
        assert client.post(reverse("edit_post", args=[post.pk]), data).status_code == 302
    post.refresh_from_db()
    assert post.edits == 1


@pytest.mark.parametrize("base", ["x", "-1", "9" * 30, "\x00", "999999999999"])
def test_a_base_that_never_was_is_never_an_error_of_ours(base, signed_in, jonas, post):
    answer = signed_in(jonas).post(reverse("edit_post", args=[post.pk]), {"body": "Better", "base": base})
    assert answer.status_code in (302, 409)


def test_a_text_that_could_not_be_set_in_time_is_told_at_its_field(signed_in, jonas, group, thread, post):
    slow = factories.SLOW_FORMULA
    forms = {
        reverse("posts", args=[thread.pk]): {"body": slow},
        reverse("edit_post", args=[post.pk]): {"body": slow},
        reverse("new_thread", args=[group.pk]): {"title": "New", "body": slow},
    }
    for url, data in forms.items():
        answer = signed_in(jonas).post(url, data)
        assert answer.status_code == 422
        assert "A formula takes too long to read." in answer.content.decode()
        assert f"{slow}</textarea>" in answer.content.decode()
    assert not Post.objects.filter(body=slow).exists()


# Removing


@pytest.mark.parametrize(("who", "words"), [("author", "Deleted by its author"), ("owner", "Deleted by a moderator")])
def test_a_removed_posts_words_are_on_no_page(who, words, people, client_of, thread, post):
    post.soft_delete(by=people[who])
    assert (post.deleted_by, post.deleted_as) == (people[who], who)
    for url in (thread.get_absolute_url(), reverse("threads", args=[thread.group_id])):
        for reader in ("author", "owner", "moderator", "member"):
            page = client_of(reader).get(url).content.decode()
            assert "different" not in page
            assert (words in page) == (url == thread.get_absolute_url())
    assert "1 post" in client_of("member").get(thread.get_absolute_url()).content.decode()
    news = poll(client_of("member"), thread, 0).content.decode()
    assert words in news
    assert "different" not in news


def test_the_first_removal_is_the_one_recorded(ada, jonas, post):
    stale = Post.objects.get(pk=post.pk)
    post.soft_delete(by=jonas)
    stale.soft_delete(by=ada)
    assert (stale.deleted_by, stale.deleted_as) == (jonas, "author")


def test_a_moderators_removal_keeps_its_words_when_both_have_gone(signed_in, ada, jonas, thread, post):
    moderator = factories.make_user()
    Membership.objects.create(group=thread.group, person=moderator, role="moderator")
    post.soft_delete(by=moderator)
    moderator.delete()
    jonas.delete()
    assert "Deleted by a moderator" in signed_in(ada).get(thread.get_absolute_url()).content.decode()


def test_a_removed_post_is_not_edited(signed_in, jonas, ada, post):
    stale = Post.objects.get(pk=post.pk)
    post.soft_delete(by=ada)
    stale.edit("Too late")
    assert not stale.is_readable
    assert stale.body != "Too late"
    client, url = signed_in(jonas), reverse("edit_post", args=[post.pk])
    assert client.get(url).status_code == 302
    answer = client.post(url, {"body": "Too late"}, **HTMX).content.decode()
    assert "Deleted by a moderator" in answer
    assert "Too late" not in answer


def test_removing_in_place_shows_what_is_left_and_twice_is_as_good_as_once(signed_in, jonas, post):
    client, url = signed_in(jonas), reverse("delete_post", args=[post.pk])
    for _ in range(2):
        page = client.post(url, **HTMX).content.decode()
        assert ids(page) == [post.pk]
        assert "Deleted by its author" in page
        assert "different" not in page
        assert "1 post" in page
        assert "Ada Okafor" in page
        assert "<p>You</p>" not in page


# Rubbish


ADDRESSES = ["posts", "post", "edit_post", "delete_post", "thread", "new_thread", "threads"]
RUBBISH = [
    {},
    {"body": "\x00"},
    {"body": ["a", "b"], "after": "x", "idempotency_key": "\x00"},
    {"title": "x" * 999, "about": "\x00"},
]


@pytest.mark.soak
@pytest.mark.parametrize(("name", "data", "extra"), some(list(product(ADDRESSES, RUBBISH, [{}, HTMX])), 0, of=5))
def test_rubbish_is_never_an_error_of_ours(name, data, extra, signed_in, jonas, group, thread, post):
    pk = {"threads": group.pk, "new_thread": group.pk, "thread": thread.pk, "posts": thread.pk}.get(name, post.pk)
    client = signed_in(jonas)
    for each in (pk, 0):
        assert client.post(reverse(name, args=[each]), data, **extra).status_code < 500
        assert client.get(reverse(name, args=[each]), data, **extra).status_code < 500
        assert client.put(reverse(name, args=[each]), **extra).status_code < 500


def test_a_private_comment_is_told_in_the_preview_and_is_not_in_the_post(signed_in, jonas, thread):
    client, body = signed_in(jonas), "Is it so?\n%% he never checks %%"
    preview = client.post("/preview/?box=body", {"body": body}).content.decode()
    assert "%% he never checks %% is private" in preview
    sent = client.post(reverse("posts", args=[thread.pk]), {"body": body}, follow=True)
    post = thread.posts.last()
    assert "never" not in post.body + post.body_html
    assert sent.content.decode().count("%% he never checks %% is private") == 1
    in_place = {"body": body, "after": post.pk}
    assert (
        b"%% he never checks %% is private" in client.post(reverse("posts", args=[thread.pk]), in_place, **HTMX).content
    )
    edited = client.post(reverse("edit_post", args=[post.pk]), {"body": body + " So.", "base": 0}, **HTMX).content
    assert b"%% he never checks %% is private" in edited
    assert post.body != thread.posts.get(pk=post.pk).body


def test_a_post_of_which_it_is_unclear_what_is_private_is_not_sent_and_stays_typed(signed_in, jonas, thread):
    body, before = "- 5 %% of a\n- 6 %% of b", thread.posts.count()
    response = signed_in(jonas).post(reverse("posts", args=[thread.pk]), {"body": body})
    assert (response.status_code, thread.posts.count()) == (422, before)
    form = response.context["form"]
    assert "private comment %% of a - 6 %% of b begins or ends" in form.errors["body"][0]
    assert form["body"].value() == body
