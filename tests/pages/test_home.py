"""The home page: the one next thing, and what stands below it."""

import re

import pytest

from groups.members.absence import Absence
from groups.threads.thread import Thread
from notes.draft import Draft
from notes.reading import Reading
from tests import factories
from tests.groups.reviewing import days, revise, say, show, take, topic_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(signed_in):
    """A function: the home page of a person."""
    return lambda person: " ".join(signed_in(person).get("/").content.decode().split())


def headline(html: str) -> str:
    """What the page says first, as one line of text."""
    return " ".join(re.sub(r"<[^>]+>", "", re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)[1]).split())


def action(html: str) -> str:
    """What the first button of the page says."""
    return re.search(r'<p class="actions"><a [^>]*>(.*?)</a>', html, re.DOTALL)[1].strip()


def read(person, topic, *titles: str, state: str = Reading.State.READ) -> None:
    for entry in topic.topic_entries.filter(title__in=titles):
        Reading.objects.set(person, entry, state)


def test_who_is_not_signed_in_learns_what_this_is(client, reading_list):
    html = client.get("/").content.decode()
    assert "A reading group for machine learning" in html
    assert "When does it fail?" in html
    assert "Sign up" in html


def test_a_closed_list_shows_strangers_none_of_its_questions(client, reading_list, settings):
    settings.LIST_IS_PUBLIC = False
    html = client.get("/").content.decode()
    assert "A reading group for machine learning" in html
    assert "When does it fail?" not in html


def test_without_a_list_it_says_so(home, ada):
    assert headline(home(ada)) == "There is no reading list yet"


def test_who_has_no_group_is_told_how_to_get_one(home, stranger, reading_list):
    html = home(stranger)
    assert headline(html) == "Start with Post-training"
    assert "Create group" in html


@pytest.mark.parametrize(
    ("titles", "state", "said"),
    [
        (["DPO paper"], "reading", "Continue reading about Post-training"),
        (["DPO paper"], "read", "Cross-check what you read on Post-training"),
        (["DPO paper", "A guide"], "read", "Write your summary of Post-training"),
    ],
)
def test_what_was_begun_goes_on(titles, state, said, home, group, ada):
    read(ada, topic_of(group), *titles, state=state)
    assert headline(home(ada)) == said


def test_a_draft_comes_before_what_is_only_read(home, group, ada):
    read(ada, topic_of(group), "DPO paper", "A guide")
    Draft.objects.create(author=ada, topic=topic_of(group, 1), answers={}, lines=3)
    html = home(ada)
    assert headline(html) == "Continue your summary of Efficiency"
    assert "Draft, 3 of 5–10 lines." in html


def test_what_waits_for_a_reader_comes_before_ones_own(home, group, ada, jonas):
    read(ada, topic_of(group, 1), "Mixed precision")
    show(jonas, group, at=days(-3))
    html = home(ada)
    assert headline(html) == "Review Jonas’s summary of Post-training"
    assert "summaries to review" not in html.lower(), "it is said above, and once is enough"
    show(jonas, group, topic_of(group, 2), at=days(-2))
    html = home(ada)
    assert headline(html) == "Review Jonas’s summary of Post-training"
    assert "Other summaries to review" in html
    assert " ".join(html.split()).count("has been waiting for <b>2 days</b>. Nobody is reviewing it yet.") == 1


def test_what_one_holds_goes_on(home, group, ada, jonas):
    take(show(jonas, group), ada)
    html = home(ada)
    assert headline(html) == "Finish your review of Jonas’s summary of Post-training"
    assert "Continue review" in html


def test_a_request_for_changes_comes_before_reviewing_others(home, group, ada, jonas):
    say(show(ada, group), jonas, "request_changes", "At what kind of data?")
    show(jonas, group, topic_of(group, 1))
    html = home(ada)
    assert headline(html) == "Jonas requested changes to your summary of Post-training"
    assert "Read the comments" in html
    # The sentence names the revision, which is said once.
    assert " ".join(html.split()).count("Jonas requested changes on revision 1.") == 1
    assert "Revision 1:" not in html


def test_an_answer_to_ones_review_comes_first_with_what_changed(home, group, ada, jonas):
    topic = topic_of(group)
    say(show(jonas, group, topic, "Beta.", "When it is small.", "Win rate."), ada, "request_changes", "How small?")
    show(jonas, group, topic, "Beta.", "When labels are nearly deterministic.", "Win rate.")
    html = home(ada)
    assert headline(html) == "Review Jonas’s changes to Post-training"
    assert "1 of 3 answers changed." in html
    assert "<ins>" in html
    assert html.count("From revision 2") == 1


def test_ones_own_that_waits_for_others_asks_for_nothing(home, group, ada):
    show(ada, group)
    html = home(ada)
    assert headline(html) == "Start with Efficiency"
    assert "Waiting for a reviewer since" in html


def test_what_one_can_go_on_with_stands_before_what_waits_for_others(home, group, ada):
    show(ada, group)
    second = topic_of(group, 1)
    Reading.objects.set(ada, second.topic_entries.first(), Reading.State.READ)
    html = home(ada).partition("Your topics")[2]
    assert html.index(second.short_name) < html.index("Waiting for a reviewer since")


def test_what_is_accepted_has_left_the_desk(home, group, ada, jonas):
    say(show(ada, group), jonas, "approve")
    html = home(ada)
    assert "Your topics" in html
    assert "Revision 1" not in html
    assert "summary of" in html, "but it is among the news"


def test_news_are_what_others_did_in_ones_own_groups(home, group, ada, jonas, stranger):
    other = factories.make_group(stranger, name="Elsewhere")
    Thread.objects.start(group=group, author=jonas, title="Which knob?", body="I *swept* it.")
    Thread.objects.start(group=group, author=ada, title="My own words", body="Nothing new to me.")
    Thread.objects.start(group=other, author=stranger, title="Not for Ada", body="x")
    html = home(ada)
    assert "Which knob?" in html
    assert "I swept it." in html
    assert "My own words" not in html
    assert "Not for Ada" not in html


def test_a_draft_on_top_of_a_revision_is_what_to_go_on_with(home, group, ada):
    show(ada, group)
    Draft.objects.create(author=ada, topic=topic_of(group), base_number=1, answers={}, lines=4)
    assert headline(home(ada)) == "Continue your summary of Post-training"


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_revision_that_no_group_has_is_to_be_revised(home, group, ada, taken_back):
    read(ada, topic_of(group), "DPO paper", "A guide")
    if taken_back:
        show(ada, group).submission.withdraw()
    else:
        revise(ada, topic_of(group))
    html = home(ada)
    assert headline(html) == "Revise your summary of Post-training"
    assert action(html) == "Revise your summary"
    assert "No group is reviewing revision 1." in html
    assert "write your summary" not in html


def test_who_has_nothing_left_to_check_against_is_told_to_write(home, group, ada):
    read(ada, topic_of(group), "DPO paper")
    read(ada, topic_of(group), "A post from the field", "A guide", state="skipped")
    html = home(ada)
    assert headline(html) == "Write your summary of Post-training"
    assert action(html) == "Write your summary"
    assert "You have read DPO paper. Next, write your summary." in html


def test_who_read_what_checks_first_is_told_what_was_read(home, group, ada):
    read(ada, topic_of(group), "A guide")
    html = home(ada)
    assert headline(html) == "Continue reading about Post-training"
    assert action(html) == "Read DPO paper"
    assert "You have read A guide." in html


def test_what_is_being_read_is_what_to_check_against(home, group, ada):
    read(ada, topic_of(group), "DPO paper")
    read(ada, topic_of(group), "A guide", state="reading")
    html = home(ada)
    assert action(html) == "Continue reading A guide"
    assert "You have read DPO paper. Cross-check it with A guide." in html


def test_a_topic_of_which_nothing_is_left_to_read_is_not_to_begin_with(home, group, ada):
    core = ("DPO paper", "GRPO paper")
    read(ada, topic_of(group), *core, state="skipped")
    html = home(ada)
    assert headline(html) == "Start with Post-training"
    assert "The first source to read is A post from the field." in html
    read(ada, topic_of(group), "A post from the field", "A guide", state="skipped")
    assert headline(home(ada)) == "Start with Efficiency"


def test_the_feed_and_the_list_of_threads_quote_the_author_not_whom_they_quote(signed_in, group, ada, jonas):
    thread = Thread.objects.start(group=group, author=ada, title="On beta", body="Which one?")
    quoting = f"{thread.posts.get().quotation}The smaller one."
    thread.posts.reply(thread=thread, author=jonas, body=quoting)
    for url in ("/", f"/groups/{group.pk}/threads/"):
        page = signed_in(ada).get(url).content.decode()
        assert "The smaller one." in page
        assert "Which one?" not in page


def test_who_has_paused_is_asked_for_no_review(home, signed_in, group, ada, jonas):
    show(jonas, group, at=days(-1))
    pages = ("/", f"/groups/{group.pk}/", "/groups/")
    asks = ("Review Jonas’s summary", "For you<", "Review next", "1 summary you can review", "Review summary")
    before = "".join(signed_in(ada).get(url).content.decode() for url in pages)
    assert all(words in before for words in asks)
    Absence.objects.create(person=ada)
    after = "".join(signed_in(ada).get(url).content.decode() for url in pages)
    assert not [words for words in asks if words in after]


def test_after_an_acceptance_home_says_how_far_one_is(home, group, ada, jonas):
    assert "Your progress" not in home(jonas)
    say(show(jonas, group), ada, "approve")
    html = home(jonas)
    assert f"Your progress: 1 of {group.list.sections.topics().count()} topics accepted" in html
    assert "The topics that you have started appear here" not in html


def test_who_is_away_is_reminded_of_it(group, ada, jonas, signed_in):
    assert "Your reviews are paused" not in signed_in(ada).get("/").content.decode()
    Absence.objects.create(person=ada)
    assert "Your reviews are paused" in signed_in(ada).get("/").content.decode()
    assert "Your reviews are paused" not in signed_in(jonas).get("/").content.decode()


def test_the_host_s_own_pages_are_linked_at_the_foot_and_where_people_sign_up(client, db, settings):
    assert "Imprint" not in client.get("/accounts/signup/").content.decode()
    settings.IMPRINT_URL, settings.PRIVACY_URL = "https://example.org/imprint", "https://example.org/privacy?a=1&b=2"
    assert client.get("/list/").content.decode().count('href="https://example.org/imprint"') == 1
    page = client.get("/accounts/signup/").content.decode()
    assert page.count('href="https://example.org/imprint"') == 2
    assert page.count('href="https://example.org/privacy?a=1&amp;b=2"') == 2


def test_administrators_see_the_version_at_the_foot(signed_in, ada, settings):
    version = f"Version {settings.VERSION}"
    assert version not in signed_in(ada).get("/").content.decode()
    ada.is_superuser = True
    ada.save()
    assert version in signed_in(ada).get("/").content.decode()
