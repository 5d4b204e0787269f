"""Code, tables, formulas, words and addresses that people write make no page wider than a narrow phone."""

from groups.reviews.review_round import ReviewRound
from groups.threads.thread import Thread
from readlist_site.base.text import render
from tests import factories
from tests.base.text.papers import FORMULAS
from tests.groups.reviewing import days, say, show, topic_of
from tests.house.long_words import WORD

WIDE = "\n\n".join(
    [
        "    " + "loss = model(batch); " * 12,
        "| " + " | ".join(["A column of the table"] * 9) + " |\n" + "|---" * 9 + "|",
        "$$" + r"\sum_{i=1}^{n} \alpha_i x_i + " * 12 + "0$$",
        WORD * 3,
        "https://example.org/" + "path/" * 40,
        "`" + "inline_code_" * 20 + "`",
    ]
)


def test_nothing_that_people_wrote_makes_a_page_wider(looking, group, ada, jonas):
    group.name = WORD
    group.save()
    topic = topic_of(group)
    say(show(ada, group, topic, WIDE, WIDE, "Loss", at=days(-2)), jonas, "request_changes", WIDE, at=days(-2))
    later = show(ada, group, topic, WIDE + "\n\n    " + "y = 2; " * 60, WIDE, "Loss", at=days(-1))
    say(show(ada, group, topic_of(group, 1), WIDE, WIDE, WIDE), jonas, "approve")
    thread = Thread.objects.start(group=group, author=ada, title=WORD * 2, body=WIDE, about=later.submission)
    assert ReviewRound.objects.count() == 3
    window = looking(jonas)
    pages = (topic, topic_of(group, 1), group, later.submission, thread)
    for url in ("/", *(page.get_absolute_url() for page in pages), f"/groups/{group.pk}/threads/"):
        window.visit(url)
        for details in window.page.locator(".topic-submissions summary").all():
            details.click()
            window.look(f"{url}, opened")
    assert "y = 2" in window.page.context.new_page().goto("/").text(), "home shows the change"
    assert window.found_nothing()


def test_a_formula_in_a_table_is_not_cut_off_where_the_page_has_room(page_for, ada, topic):
    entry = factories.make_entry(topic, "A table")
    entry.why = f"| Loss | No. |\n|---|---|\n| ${FORMULAS['speculative']}$ | 1 |"
    entry.why_html = render(entry.why).html
    entry.save()
    page = page_for(ada)
    page.goto(topic.get_absolute_url())
    formula = page.locator("td .formula")
    assert formula.evaluate("formula => formula.scrollWidth - formula.clientWidth") <= 1
