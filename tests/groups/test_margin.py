"""What stands beside a topic for who is in a group."""

from groups.margin import THREADS, source_margins, topic_margins
from groups.models import Thread
from tests import factories
from tests.groups.reviewing import topic_of


def test_a_group_that_talks_much_leaves_another_its_threads(group, ada, jonas, reading_list, django_assert_num_queries):
    other = factories.make_group(ada, jonas, reading_list=reading_list, name="Quiet")
    topic = topic_of(group)
    source = topic.topic_entries.first().source
    for about in (topic, source):
        Thread.objects.open(group=other, author=ada, title="Quiet", body="B", about=about)
        for number in range(THREADS + 2):
            Thread.objects.open(group=group, author=ada, title=f"Loud {number}", body="B", about=about)
    for margins in (topic_margins(ada, topic), source_margins(ada, source)):
        titles = {margin.group: [thread.title for thread in margin.threads] for margin in margins}
        assert titles == {group: [f"Loud {number}" for number in (6, 5, 4, 3, 2)], other: ["Quiet"]}
    # The threads of all groups and the last posts of them; the groups.
    with django_assert_num_queries(3):
        source_margins(ada, source)
