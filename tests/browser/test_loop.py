"""The product's main job from end to end: two people and the shipped list, as they would go about it in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.steps import answer_to, judge, main_menu, sign_up, title
from tests.catalog.shipped import import_shipped
from tests.engines import FULL

GROUP = "Thursday dynamics"
TOPIC = "Training Dynamics & Optimization at Scale"
CORE = "Chinchilla Scaling Laws (Hoffmann et al.)"
PRACTITIONER = "Stanford CS25 lecture notes (LLMs training)"
KNOB, FAILS, METRIC = factories.PROMPTS

KNOB_ANSWER = (
    "How a budget of compute $C \\approx 6ND$ is divided between parameters and tokens. At the optimum both grow alike:"
    "\n\n$$N_{\\mathrm{opt}}(C) \\propto C^{0.5}, \\qquad D_{\\mathrm{opt}}(C) \\propto C^{0.5}$$\n\n"
    "About twenty tokens for each parameter."
)
FAILS_ANSWER = "When serving costs more than training, a smaller model is better."
REVISED = "When serving costs more than training, a smaller model on more tokens is better."
METRIC_ANSWER = "Held-out loss at a given compute; what follows for tasks is not measured here."


# In the short run without scripts, which no other journey of its length does; `make soak` goes on PostgreSQL, too.
JAVASCRIPT = [True, False] if FULL else [False]


@pytest.mark.long
@pytest.mark.soak
@pytest.mark.every_engine
@pytest.mark.parametrize("javascript", JAVASCRIPT)
def test_two_people_go_round_the_whole_loop(page_for, console, settings, transactional_db, javascript):
    settings.SIGNUP = "open"
    import_shipped()
    ada, jonas = page_for(None, javascript=javascript), page_for(None, javascript=javascript)

    sign_up_at_home(ada, "Ada Okafor")
    link = begin_a_group(ada)
    join(jonas, link)
    read_two_sources(jonas, ada)
    write_and_submit(jonas, console)
    a_stranger_sees_nothing(page_for(None, javascript=javascript), console, [ada, jonas])
    ask_for_changes(ada)
    revise(jonas)
    approve(ada)
    all_places_say_that_it_is_accepted(jonas)
    talk(ada, jonas, javascript)


def sign_up_at_home(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    sign_up(page, name)
    expect(page.get_by_role("link", name=f"{name}: settings")).to_be_visible()


def begin_a_group(page: Page) -> str:
    """The address that lets others in."""
    page.get_by_role("link", name="Create group").click()
    page.get_by_label("Name").fill(GROUP)
    page.get_by_role("button", name="Create group").click()
    expect(title(page)).to_have_text("Members")
    page.get_by_role("button", name="Create link").click()
    return page.get_by_label("Works until").input_value()


def join(page: Page, link: str) -> None:
    page.goto(link)
    expect(title(page)).to_have_text(f"Ada invites you to join {GROUP}")
    page.get_by_role("button", name="Sign up to join").click()
    sign_up(page, "Jonas Lind")
    expect(title(page)).to_have_text(f"Ada invites you to join {GROUP}")
    page.get_by_role("button", name="Join group").click()
    expect(title(page)).to_have_text(GROUP)


def read_two_sources(page: Page, ada: Page) -> None:
    main_menu(page, "List")
    expect(title(page)).to_have_text("Machine-learning reading list")
    page.get_by_role("link", name=TOPIC).click()
    expect(title(page)).to_contain_text(TOPIC)
    path = page.get_by_role("list", name="Your steps in this topic")
    for title_of_source, step in ((CORE, "Core read"), (PRACTITIONER, "Cross-checked")):
        expect(path.get_by_role("listitem").filter(has_text=step)).to_contain_text("to do")
        page.get_by_role("group", name=title_of_source).get_by_role("button", name="Read", exact=True).click()
        expect(path.get_by_role("listitem").filter(has_text=step)).to_contain_text("done")
    main_menu(ada, GROUP)
    row = ada.get_by_role("row").filter(has_text="Training Dynamics")
    expect(row.get_by_role("img", name="Jonas: core read, cross-checked")).to_be_visible()


def write_and_submit(page: Page, console) -> None:
    console.expect("422")
    page.get_by_role("link", name="Write your summary").click()
    page.get_by_label(KNOB).fill("The budget.")
    page.get_by_label(FAILS).fill(FAILS_ANSWER)
    page.get_by_label(METRIC).fill(METRIC_ANSWER)
    page.get_by_label(CORE).check()
    page.get_by_label(PRACTITIONER).check()
    page.get_by_role("button", name="Submit for review").click()
    short = page.get_by_label(KNOB)
    expect(short).to_be_focused()
    expect(short).to_have_accessible_description(
        "4 lines in all answers together. Write at least 5, for example here. 1 line"
    )
    expect(page.get_by_label(FAILS)).to_have_value(FAILS_ANSWER)

    short.fill(KNOB_ANSWER)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("of 5–10 lines")).to_have_text("7 of 5–10 lines")
    expect(page.locator(".preview math")).to_have_count(2)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text(f"You submitted revision 1 to {GROUP}")


def a_stranger_sees_nothing(page: Page, console, others: list[Page]) -> None:
    stranger = factories.make_user("Sam Stranger")
    console.expect("404")
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail").fill(stranger.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Sam Stranger: settings")).to_be_visible()
    for other in others:
        assert page.goto(other.url).status == 404


def ask_for_changes(page: Page) -> None:
    main_menu(page, "Home")
    expect(title(page)).to_contain_text("Review Jonas’s summary of")
    main_menu(page, GROUP)
    page.get_by_role("button", name="Review next").click()
    expect(title(page)).to_contain_text("Jonas Lind on Training Dynamics")
    judge(page, KNOB, "Holds up")
    judge(page, FAILS, "Needs work", "Smaller at the *same* tokens?")
    judge(page, METRIC, "Holds up")
    page.get_by_role("button", name="Request changes").click()
    expect(page.get_by_role("status")).to_contain_text("Your review was sent to the author.")


def revise(page: Page) -> None:
    main_menu(page, "Home")
    expect(title(page)).to_contain_text("Ada requested changes to your summary of")
    page.get_by_role("link", name="Read the comments").click()
    expect(answer_to(page, FAILS)).to_contain_text("Smaller at the same tokens?")
    page.get_by_role("link", name="Revise your summary").click()
    expect(page.get_by_text("Smaller at the same tokens?")).to_be_visible()
    expect(page.get_by_label(KNOB)).to_have_value(KNOB_ANSWER)
    page.get_by_label(FAILS).fill(REVISED)
    answer = page.get_by_role("group", name=f"Your reply to Ada on “{FAILS}”")
    answer.get_by_label("Addressed").check()
    answer.get_by_label("Reply").fill("No, on *more* of them.")
    page.get_by_label("Why it changed").fill("Said on how many tokens.")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text(f"You submitted revision 2 to {GROUP}")


def approve(page: Page) -> None:
    main_menu(page, "Home")
    expect(title(page)).to_contain_text("Review Jonas’s changes to")
    page.get_by_role("button", name="Review changes").click()
    fails = answer_to(page, FAILS)
    expect(fails).to_contain_text("No, on more of them.")
    expect(page.get_by_text("Said on how many tokens.")).to_be_visible()
    expect(page.get_by_text("1 addressed", exact=True)).to_be_visible()
    expect(fails.get_by_role("insertion").locator("visible=true")).to_have_text("on more tokens")
    expect(fails.get_by_role("deletion").locator("visible=true")).to_have_count(0)
    expect(answer_to(page, KNOB).get_by_label("Holds up", exact=True)).to_be_checked()
    judge(page, FAILS, "Holds up")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("The summary is accepted and in the playbook.")
    expect(page.get_by_role("status")).to_be_in_viewport()


def all_places_say_that_it_is_accepted(page: Page) -> None:
    main_menu(page, GROUP)
    row = page.get_by_role("row").filter(has_text="Training Dynamics")
    expect(row.get_by_role("img", name="accepted")).to_be_visible()
    row.get_by_role("rowheader").get_by_role("link").click()
    path = page.get_by_role("list", name="Your steps in this topic")
    expect(path.get_by_role("listitem").filter(has_text="Reviewed")).to_contain_text("accepted")
    page.get_by_role("link", name="See your accepted summary").click()
    page.get_by_role("link", name="playbook", exact=True).click()
    entry = page.get_by_role("article", name="Jonas Lind on Training Dynamics")
    expect(entry).to_contain_text(REVISED)
    expect(entry).to_contain_text("Approved by Ada")


def talk(ada: Page, jonas: Page, javascript: bool) -> None:
    ada.get_by_role("link", name="Start thread").click()
    ada.get_by_label("Title").fill("Where does serving cost enter?")
    expect(ada.get_by_label("About")).to_contain_text("Jonas’s summary")
    ada.get_by_label("First post").fill("Is $C$ the *training* budget alone?")
    ada.get_by_role("button", name="Start thread").click()
    expect(title(ada)).to_have_text("Where does serving cost enter?")

    main_menu(jonas, "Home")
    jonas.get_by_role("link", name="Where does serving cost enter?").click()
    jonas.get_by_label("Reply").fill("It is: serving is not in it.")
    jonas.get_by_role("button", name="Post reply").click()
    expect(jonas.get_by_role("article")).to_have_count(2)

    if not javascript:
        ada.reload()
    reply = ada.get_by_role("article", name="Jonas Lind")
    expect(reply).to_contain_text("serving is not in it")
    expect(ada.get_by_role("region", name="In this thread")).to_contain_text("Jonas Lind")
