"""Images in posts: who may read a post may see its images, and nobody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from groups.leaving.leave import leave_group, remove_from_group
from groups.threads.post import Post
from groups.threads.post_image import PostImage
from groups.threads.thread import Thread
from tests import factories


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def image(jonas):
    return factories.make_image(jonas)


@pytest.fixture
def post(group, jonas, image):
    body = f"It falls:\n\n{image.markdown('Loss over steps')}"
    return Thread.objects.start(group=group, author=jonas, title="Which knob?", body=body).posts.get()


@pytest.fixture
def status(signed_in, image):
    return lambda person: signed_in(person).get(image.get_absolute_url()).status_code


def test_a_posts_image_is_shown_to_members_in_a_bounded_number_of_statements(signed_in, ada, stranger, post, status):
    page = signed_in(ada).get(post.thread.get_absolute_url()).content.decode()
    assert (
        f'<img src="{post.images.get().image.get_absolute_url()}" alt="Loss over steps" width="60" height="40"' in page
    )
    assert (status(ada), status(stranger)) == (200, 404)
    client, address = signed_in(ada), post.images.get().image.get_absolute_url()
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 4


def test_in_a_form_it_is_sent_and_written_down(signed_in, jonas, ada, image, group, status):
    client = signed_in(jonas)
    sent = {"title": "Which knob?", "body": image.markdown("Loss")}
    client.post(reverse("new_thread", args=[group.pk]), sent)
    assert status(ada) == 200
    other = factories.make_image(jonas, 61)
    thread = Thread.objects.get()
    client.post(reverse("posts", args=[thread.pk]), {"body": other.markdown("Loss")})
    assert signed_in(ada).get(other.get_absolute_url()).status_code == 200
    third = factories.make_image(jonas, 62)
    client.post(reverse("edit_post", args=[thread.posts.last().pk]), {"body": third.markdown("Loss"), "base": 0})
    assert {signed_in(ada).get(each.get_absolute_url()).status_code for each in (image, other, third)} == {200}


def test_before_it_is_posted_only_its_uploader_sees_it(ada, jonas, image, group, status):
    assert (status(jonas), status(ada)) == (200, 404)


def test_who_leaves_or_is_removed_sees_it_no_more(group, ada, tomas, mei, post, status):
    assert (status(tomas), status(mei)) == (200, 200)
    leave_group(group.membership_of(tomas))
    remove_from_group(group.membership_of(mei), by=ada, why="Quarrels.", ban=True)
    assert (status(tomas), status(mei)) == (404, 404)


def test_the_image_of_a_deleted_post_is_gone_for_others(ada, jonas, post, status):
    post.soft_delete(by=ada)
    assert (status(ada), status(jonas)) == (404, 200)
    assert not PostImage.objects.exists()


def test_a_history_shows_its_images(signed_in, ada, post, status):
    post.edit("No image any more.")
    page = signed_in(ada).get(reverse("post_history", args=[post.pk])).content.decode()
    assert "<img" in page
    assert status(ada) == 200


def test_who_quotes_an_image_shows_it_on(ada, jonas, post, status):
    quoting = Post.objects.reply(thread=post.thread, author=ada, body=f"{post.quotation}Indeed.")
    assert quoting.images.count() == 1
    post.soft_delete(by=jonas)
    assert status(ada) == 200


def test_nobody_shows_others_what_they_may_not_see_themselves(group, ada, stranger, image, status):
    elsewhere = factories.make_group(stranger, name="Another group")
    body = f"What is this?\n\n{image.markdown('It')}"
    Thread.objects.start(group=elsewhere, author=stranger, title="Whose?", body=body)
    assert not PostImage.objects.exists()
    assert status(stranger) == 404


def test_other_texts_take_no_images(signed_in, ada, image, group):
    from readlist_site.base.web.markdown_forms import MarkdownField

    assert MarkdownField(takes_images=True).clean(image.markdown())
    with pytest.raises(Exception, match="Only posts and answers can have images"):
        MarkdownField().clean(image.markdown())


def test_an_excerpt_says_what_an_image_shows(post):
    assert post.excerpt == "It falls: Loss over steps"
