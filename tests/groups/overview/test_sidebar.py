"""What stands beside a topic for who is in a group."""

from groups.overview.sidebar import SHOWN_THREADS, source_sidebar_rows, source_sidebars
from groups.threads.thread import Thread
from tests import factories
from tests.groups.reviewing import show, topic_of
from tests.groups.seen_of_others import sidebars


def test_a_group_that_talks_much_leaves_another_its_threads(group, ada, jonas, reading_list, django_assert_num_queries):
    other = factories.make_group(ada, jonas, reading_list=reading_list, name="Quiet")
    topic = topic_of(group)
    source = topic.topic_entries.first().source
    for about in (topic, source):
        Thread.objects.start(group=other, author=ada, title="Quiet", body="B", about=about)
        for number in range(SHOWN_THREADS + 2):
            Thread.objects.start(group=group, author=ada, title=f"Loud {number}", body="B", about=about)
        if about == topic:
            margins = sidebars(ada, topic, [group, other])
        else:
            margins, _ = source_sidebars(source, *source_sidebar_rows(viewer=ada, source=source))
        titles = {sidebar.group: [thread.title for thread in sidebar.threads] for sidebar in margins}
        assert titles == {group: [f"Loud {number}" for number in (6, 5, 4, 3, 2)], other: ["Quiet"]}
    # The threads of all groups, with their last posts; the groups; drafts.
    with django_assert_num_queries(1):
        source_sidebars(source, *source_sidebar_rows(viewer=ada, source=source))


def test_a_topics_page_shows_the_threads_on_its_sources_and_submissions_too(signed_in, group, ada, jonas):
    topic, elsewhere = topic_of(group), topic_of(group, 1)
    about = {"topic": topic, "source": topic.topic_entries.first().source, "summary": show(jonas, group).submission}
    for title, thing in about.items():
        Thread.objects.start(group=group, author=ada, title=f"On the {title}", body="B", about=thing)
    Thread.objects.start(group=group, author=ada, title="Elsewhere", body="B", about=elsewhere)
    page = signed_in(ada).get(topic.get_absolute_url()).content.decode()
    for title in about:
        assert f"On the {title}" in page
    assert "Elsewhere" not in page
    assert "Jonas’s summary of" in page, "which says what each is about"
