"""Two people in one thread, in real browsers."""

import pytest
from playwright.sync_api import Page, expect

from groups.leaving.leave import remove_from_group
from groups.threads import moderation
from groups.threads.post import Post
from groups.threads.thread import Thread
from tests import factories
from tests.browser.checks import axe
from tests.length import SCRIPTS

LOOK = "htmx.trigger('#poll', 'look')"


@pytest.fixture
def thread(group, ada):
    body = "I swept $\\beta$.\n\n$$\\pi(y) \\propto \\pi_{\\mathrm{ref}}(y)\\, e^{r(y)/\\beta}$$\n\n    x = 1"
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body=body)


def reply(page: Page, words: str) -> None:
    page.get_by_label("Reply").fill(words)
    page.get_by_role("button", name="Post reply").click()


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_a_thread_from_first_post_to_reply(page_for, ada, group, javascript):
    page = page_for(ada, javascript=javascript)
    page.goto(f"/groups/{group.pk}/threads/")
    page.get_by_role("link", name="Start thread").click()
    page.get_by_label("Title").fill("Which knob?")
    page.get_by_label("About").select_option("Efficiency")
    page.get_by_label("First post").fill("Is it *the* one?")
    page.get_by_role("button", name="Start thread").click()
    expect(page.get_by_role("heading", name="Which knob?")).to_be_visible()
    expect(page.get_by_role("link", name="Efficiency").first).to_be_visible()
    reply(page, "I answer myself.")
    expect(page.locator(".post")).to_have_count(2)
    expect(page.locator(".post").last).to_contain_text("I answer myself.")
    expect(page.get_by_label("Reply")).to_have_value("")
    page.goto(f"/groups/{group.pk}/threads/")
    expect(page.get_by_text("2 posts")).to_be_visible()


def test_a_post_by_one_appears_for_the_other_in_its_own_time(page_for, ada, jonas, thread):
    adas, jonass = page_for(ada), page_for(jonas)
    adas.goto(thread.get_absolute_url())
    jonass.goto(thread.get_absolute_url())
    adas.get_by_label("Reply").fill("half a thou")
    reply(jonass, "They answer different questions.")
    expect(jonass.locator("#said")).to_have_text("Your reply is posted.")
    expect(jonass.locator(".unread-line")).to_have_count(0)
    expect(adas.locator(".post").last).to_contain_text("different questions")
    expect(adas.locator(".unread-line")).to_have_text("New posts")
    expect(adas.locator("#said")).to_have_text("1 new post by Jonas.")
    expect(adas.locator("#post-count")).to_have_text("2 posts")
    expect(adas.get_by_label("Reply")).to_have_value("half a thou")
    expect(adas.get_by_label("Reply")).to_be_focused()


def test_a_post_that_is_edited_and_removed_changes_for_the_other_in_place(page_for, ada, jonas, thread):
    first = Post.objects.reply(thread=thread, author=jonas, body="They answer different questions.")
    page = page_for(ada)
    page.goto(thread.get_absolute_url())
    page.get_by_label("Reply").fill("half a thou")
    first.edit("They answer the same question.")
    expect(page.locator(".post").last).to_contain_text("the same question")
    expect(page.locator("#said")).to_have_text("1 post was changed.")
    expect(page.get_by_label("Reply")).to_have_value("half a thou")
    expect(page.get_by_label("Reply")).to_be_focused()
    page.locator(".post").last.get_by_role("link", name="edited").click()
    expect(page.locator("del")).to_have_text("different questions")
    page.go_back()
    first.soft_delete(by=jonas)
    expect(page.locator(".post").last).to_contain_text("Deleted by its author")
    expect(page.locator("#post-count")).to_have_text("1 post")


def test_new_posts_below_are_counted_until_they_are_seen_and_nothing_moves(page_for, ada, jonas, thread):
    for number in range(12):
        Post.objects.reply(thread=thread, author=ada, body=f"Line {number}\n\n" * 5)
    page = page_for(ada)
    page.goto(thread.get_absolute_url())
    page.evaluate("scrollTo({ top: 400, behavior: 'instant' })")
    button = page.get_by_role("button", name="below")
    for number in range(3):
        last = Post.objects.reply(thread=thread, author=jonas, body=f"New {number}")
    page.evaluate(LOOK)
    expect(button).to_have_text("3 new posts below")
    expect(button).to_be_in_viewport()
    assert page.evaluate("scrollY") == 400
    last.soft_delete(by=jonas)
    page.evaluate(LOOK)
    expect(button).to_have_text("2 new posts below")
    button.click()
    expect(page.get_by_text("New 0")).to_be_in_viewport()
    expect(button).to_be_hidden()


def test_who_was_removed_meanwhile_is_told_so_and_keeps_what_they_typed(page_for, ada, jonas, thread, console):
    console.expect("404")
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.get_by_label("Reply").fill("half a thought")
    expect(page.locator("[data-draft-mark=reply]")).to_contain_text("Saved")
    remove_from_group(thread.group.membership_of(jonas), by=ada)
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_text("You are no longer a member of this group.")).to_be_visible()
    expect(page.locator("#reply-state")).to_contain_text("Not posted.")
    expect(page.locator("[data-draft-mark=reply]")).to_have_text("")
    expect(page.get_by_label("Reply")).to_have_value("half a thought")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(LOOK)
    page.evaluate("htmx.ajax('GET', '/list/', { target: '#said', swap: 'none' })")
    expect(page.locator("#removed")).to_be_visible()
    assert not [url for url in asked if "/posts/" in url], "the page asks no more"


def test_a_thread_that_is_closed_meanwhile_says_so_and_keeps_what_was_typed(page_for, ada, jonas, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.get_by_label("Reply").fill("half a thought")
    moderation.close(thread, ada, reason="It is settled.")
    page.evaluate(LOOK)
    expect(page.locator("#no-reply")).to_contain_text("The thread was closed.")
    expect(page.locator("#closed")).to_contain_text("It is settled.")
    expect(page.get_by_text("What you have typed stays here.").locator("visible=true")).to_have_count(1)
    expect(page.get_by_role("button", name="Post reply")).to_be_hidden()
    expect(page.get_by_role("link", name="Add image")).to_be_hidden()
    expect(page.get_by_label("Reply")).to_have_value("half a thought")
    expect(page.get_by_label("Reply")).to_be_focused()
    axe(page)
    moderation.reopen(thread, ada)
    page.evaluate(LOOK)
    expect(page.locator("#closed")).to_have_text("")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post").last).to_contain_text("half a thought")


def test_a_thread_that_is_closed_before_anything_is_typed_has_no_box(page_for, ada, jonas, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    moderation.close(thread, ada, reason="")
    page.evaluate(LOOK)
    expect(page.get_by_text("You can read it, but you can’t reply.")).to_be_visible()
    expect(page.get_by_text("What you have typed stays here.").locator("visible=true")).to_have_count(0)
    expect(page.locator("#reply")).to_be_hidden()
    moderation.reopen(thread, ada)
    page.evaluate(LOOK)
    expect(page.get_by_label("Reply")).to_be_visible()


def test_who_wrote_the_answer_sees_its_mark_on_the_open_page(page_for, ada, jonas, group):
    thread = Thread.objects.start(group=group, author=ada, title="Which?", body="Well?", kind="question")
    post = Post.objects.reply(thread=thread, author=jonas, body="That one.")
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    moderation.mark_answer(thread, post, ada)
    page.evaluate(LOOK)
    expect(page.locator(f"#post-{post.pk} .tag")).to_have_text("Answer")
    moderation.mark_answer(thread, None, ada)
    page.evaluate(LOOK)
    expect(page.locator(f"#post-{post.pk} .tag")).to_have_count(0)
    expect(page.locator("#answered")).to_be_hidden()


def test_both_write_at_once_and_each_post_stands_once_on_both_pages(page_for, ada, jonas, thread):
    adas, jonass = page_for(ada), page_for(jonas)
    for page in (adas, jonass):
        page.goto(thread.get_absolute_url())
    for n in range(3):
        reply(jonass, f"Jonas {n}")
        reply(adas, f"Ada {n}")
        adas.evaluate(LOOK)
        expect(adas.locator(".post").last).to_contain_text(f"Ada {n}")
    jonass.evaluate(LOOK)
    expect(jonass.locator(".post").last).to_contain_text("Ada 2")
    expected = [f"post-{pk}" for pk in thread.posts.values_list("pk", flat=True)]
    for page in (adas, jonass):
        assert page.locator(".post").evaluate_all("posts => posts.map(post => post.id)") == expected
        expect(page.locator(".unread-line")).to_have_count(1)
        expect(page.locator("#poll")).to_have_count(1)


def test_the_focus_stays_on_the_button_after_a_reply(page_for, jonas, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.get_by_label("Reply").fill("Words")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Add image")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".post")).to_have_count(2)
    expect(page.get_by_role("button", name="Post reply")).to_be_focused()


def test_an_impatient_double_click_posts_once(page_for, jonas, thread, console):
    console.expect("htmx:")  # it says that the first of the two requests was given up
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.get_by_label("Reply").fill("Words")
    page.get_by_role("button", name="Post reply").dblclick()
    expect(page.locator(".post")).to_have_count(2)
    page.reload()
    expect(page.locator(".post")).to_have_count(2)


def test_a_hidden_page_does_not_ask(page_for, ada, jonas, thread):
    page = page_for(ada)
    page.goto(thread.get_absolute_url())
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/posts/" in request.url else None)
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true})")
    page.evaluate("window.away = true")
    Post.objects.reply(thread=thread, author=jonas, body="Meanwhile")
    page.evaluate(LOOK)
    page.wait_for_timeout(300)
    assert asked == []
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".post").last).to_contain_text("Meanwhile")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_post_is_edited_and_removed_by_its_author(page_for, jonas, thread, javascript):
    Post.objects.reply(thread=thread, author=jonas, body="They difer.")
    page = page_for(jonas, javascript=javascript)
    page.goto(thread.get_absolute_url())
    page.get_by_role("link", name="Edit", exact=True).click()
    box = page.get_by_label("Your post")
    if javascript:
        expect(box).to_be_focused()
    box.fill("Never mind")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".post").last).to_contain_text("They difer.")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Your post").fill("They differ.")
    page.get_by_role("button", name="Save post").click()
    mine = page.locator(".post").last
    expect(mine).to_contain_text("They differ.")
    expect(mine).to_contain_text("edited")
    if javascript:
        expect(mine.get_by_role("link", name="Edit", exact=True)).to_be_focused()
    mine.get_by_text("Delete", exact=True).click()
    mine.get_by_role("button", name="Delete post").click()
    expect(mine).to_contain_text("Deleted by its author")
    expect(page.get_by_text("They differ.")).to_have_count(0)
    if javascript:
        expect(mine).to_be_focused()


def test_the_editor_in_a_tab_of_its_own_saves_and_leads_back_to_the_post(page_for, jonas, thread):
    post = Post.objects.reply(thread=thread, author=jonas, body="They difer.")
    page = page_for(jonas)
    page.goto(f"/posts/{post.pk}/edit/")
    page.get_by_label("Your post").fill("They differ.")
    page.get_by_role("button", name="Save post").click()
    expect(page.get_by_role("heading", level=1, name="Which knob?")).to_be_visible()
    linked = page.locator(".post:target")
    expect(linked).to_contain_text("They differ.")
    background = "post => getComputedStyle(post).backgroundColor"
    assert linked.evaluate(background) != page.locator(".post").first.evaluate(background), "it is highlighted"


def test_a_reply_from_a_box_that_was_made_higher_is_no_fault_in_the_console(page_for, jonas, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.get_by_label("Reply").evaluate("box => { box.style.height = '20rem'; }")
    reply(page, "They answer different questions.")
    expect(page.locator(".post")).to_have_count(2)


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_an_owner_removes_a_members_post(page_for, ada, jonas, thread, javascript):
    Post.objects.reply(thread=thread, author=jonas, body="Off the point.")
    page = page_for(ada, javascript=javascript)
    page.goto(thread.get_absolute_url())
    theirs = page.locator(".post").last
    expect(theirs.get_by_role("link", name="Edit", exact=True)).to_have_count(0)
    theirs.get_by_text("Delete", exact=True).click()
    theirs.get_by_role("button", name="Delete post").click()
    expect(theirs).to_contain_text("Deleted by a moderator")


def test_a_quotation_joins_what_is_typed(page_for, jonas, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.get_by_label("Reply").fill("First this.")
    page.get_by_role("link", name="Quote").click()
    box = page.get_by_label("Reply")
    expect(box).to_be_focused()
    value = box.input_value()
    assert value.startswith(f"First this.\n\n> [**Ada Okafor**](/posts/{thread.posts.get().pk}/)\n>\n> I swept")
    page.keyboard.type("And that.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post").last.locator("blockquote")).to_contain_text("I swept")
    expect(page.locator(".post").last).to_contain_text("And that.")


def test_a_quotation_without_javascript(page_for, jonas, thread):
    page = page_for(jonas, javascript=False)
    page.goto(thread.get_absolute_url())
    page.get_by_role("link", name="Quote").click()
    assert page.get_by_label("Reply").input_value().startswith("> [**Ada Okafor**](/posts/")


def test_a_reply_that_can_not_be_sent_stays_and_says_so(page_for, jonas, thread, console):
    console.expect("ERR_INTERNET_DISCONNECTED")
    console.expect("htmx:")
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.context.set_offline(True)
    reply(page, "Long words")
    expect(page.locator("#reply-state")).to_have_text("Not posted. Your text stays here.")
    expect(page.get_by_label("Reply")).to_have_value("Long words")
    page.context.set_offline(False)
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post").last).to_contain_text("Long words")


def test_signed_out_elsewhere_the_words_stay_and_after_signing_in_they_can_be_sent(page_for, jonas, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.get_by_label("Reply").fill("Long words")
    page.context.clear_cookies(name="sessionid")
    page.evaluate(LOOK)
    expect(page.get_by_text("You are signed out")).to_be_visible()
    expect(page.get_by_label("Reply")).to_have_value("Long words")
    with page.context.expect_page() as beside:
        page.get_by_role("link", name="Sign in again in a new tab").click()
    door = beside.value
    door.locator("[name=login]").fill(jonas.email)
    door.locator("[name=password]").fill(factories.PASSWORD)
    door.locator("[name=password]").press("Enter")
    door.wait_for_url("**/")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post").last).to_contain_text("Long words")
    expect(page.get_by_text("You are signed out")).to_be_hidden()


@pytest.mark.soak
def test_a_threads_page_has_no_fault_while_one_removes_and_edits(looking, jonas, thread):
    Post.objects.reply(thread=thread, author=jonas, body="Words " + "unbroken" * 40)
    window = looking(jonas)
    window.begin(thread.get_absolute_url())
    mine = window.page.locator(".post").last
    mine.get_by_text("Delete", exact=True).click()
    window.look("about to remove a post")
    mine.get_by_role("link", name="Edit", exact=True).click()
    expect(window.page.get_by_label("Your post")).to_be_focused()
    window.look("editing a post")
    assert window.found_nothing()


@pytest.mark.parametrize("javascript", SCRIPTS)
def test_a_thread_opens_at_what_is_new_and_is_unread_again_if_one_says_so(
    page_for, ada, jonas, group, thread, javascript
):
    page = page_for(jonas, javascript=javascript)
    page.goto(thread.get_absolute_url())
    for number in range(12):
        Post.objects.reply(thread=thread, author=ada, body=f"Post {number}")
    page.goto(f"/groups/{group.pk}/")
    page.get_by_role("link", name="Threads 12 unread").click()
    page.get_by_role("link", name="Which knob?").click()
    expect(page.locator("#unread")).to_be_in_viewport()
    expect(page.locator("#unread")).to_contain_text("New since")
    page.locator(".post").nth(10).get_by_role("button", name="Mark as unread from here").click()
    expect(page.locator(".rows").get_by_text("3 unread")).to_be_visible()
    if not javascript:
        return
    # What comes while the page is looked at is read once it is asked again.
    page.get_by_role("link", name="Which knob?").click()
    Post.objects.reply(thread=thread, author=ada, body="Just now")
    page.evaluate(LOOK)
    expect(page.locator(".post").last).to_contain_text("Just now")
    with page.expect_response(lambda answer: "shown=1" in answer.url):
        page.evaluate(LOOK)
    page.goto(f"/groups/{group.pk}/threads/")
    expect(page.get_by_text("unread")).to_have_count(0)


def test_a_thread_is_muted_on_its_page_and_followed_again_in_the_settings(page_for, jonas, group, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    expect(page.get_by_role("heading", name="You follow everything in this group")).to_be_visible()
    page.get_by_role("button", name="Mute thread").click()
    expect(page.get_by_role("heading", name="You muted this thread")).to_be_visible()
    page.get_by_role("link", name="Thread notifications").click()
    page.get_by_role("button", name="Unmute").click()
    page.get_by_label("Only threads that you take part in or follow").check()
    page.get_by_role("button", name="Save settings").click()
    page.goto(thread.get_absolute_url())
    expect(page.get_by_role("heading", name="You don’t follow this thread")).to_be_visible()


def test_an_at_sign_offers_names_and_the_keyboard_chooses(page_for, ada, jonas, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    box = page.get_by_label("Reply")
    box.press_sequentially("Ask @")
    names = page.get_by_role("listbox", name="Members")
    expect(names.get_by_role("option")).to_have_count(2)
    expect(box).to_have_attribute("aria-activedescendant", "reply-body-handles-0")
    expect(page.locator("#said")).to_have_text("Choose with the arrow keys, insert with Enter.")
    axe(page)
    page.keyboard.press("ArrowDown")
    expect(names.get_by_role("option", selected=True)).to_contain_text("Jonas Lind")
    page.keyboard.press("Escape")
    expect(names).to_have_count(0)
    box.press_sequentially("oka")
    expect(names.get_by_role("option")).to_have_text(["@ada Ada Okafor"])
    page.keyboard.press("Enter")
    expect(box).to_have_value("Ask @ada ")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post").last.get_by_role("link", name="@ada")).to_be_visible()
    box.press_sequentially("@jo")
    names.get_by_role("option").click()
    expect(box).to_have_value("@jonas ")
    expect(box).to_be_focused()


def test_the_first_press_on_the_button_saves_while_names_are_offered(page_for, ada, jonas, thread):
    post = Post.objects.reply(thread=thread, author=jonas, body="See you there")
    page = page_for(jonas)
    page.goto(post.get_absolute_url())
    page.locator(f"#post-{post.pk}").get_by_role("link", name="Edit").click()
    page.get_by_label("Your post").press("End")
    page.get_by_label("Your post").press_sequentially(", @ada")
    names = page.get_by_role("listbox", name="Members")
    expect(names.get_by_role("option")).to_have_count(1)
    page.get_by_role("button", name="Save post").click()
    expect(page.locator(f"#post-{post.pk}").get_by_role("link", name="@ada")).to_be_visible()
    expect(names).to_have_count(0)


def test_following_keeps_the_place_and_says_what_changed(page_for, jonas, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.get_by_label("Reply").fill("half")
    page.get_by_role("button", name="Mute thread").click()
    expect(page.get_by_role("heading", name="You muted this thread")).to_be_visible()
    expect(page.get_by_role("button", name="Follow thread")).to_be_focused()
    expect(page.locator("#said")).to_have_text("You muted this thread.")
    expect(page.get_by_label("Reply")).to_have_value("half")


def test_selected_words_are_quoted_alone(page_for, ada, jonas, thread):
    post = Post.objects.reply(thread=thread, author=ada, body="Not this.\n\nBut *this*.")
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.locator(".post").last.get_by_text("But this.").select_text()
    page.locator(".post").last.get_by_role("link", name="Quote").click()
    quoted = f"> [**Ada Okafor**](/posts/{post.pk}/)\n>\n> But this.\n\n"
    expect(page.get_by_label("Reply")).to_have_value(quoted)
