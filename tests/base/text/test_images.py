"""Images in texts: those that were uploaded here are shown, all others are links."""

import pytest

from readlist_site.base.text import count_lines, diff, plain, render
from readlist_site.base.text.sanitise import sanitise

ADDRESS = f"/images/{'ab' * 16}/1200x800/"
SHOWN = f'<img src="{ADDRESS}" alt="Loss" width="1200" height="800" loading="lazy">'


def test_an_image_from_here_is_shown_as_a_link_to_itself():
    html = render(f"It falls:\n\n![Loss]({ADDRESS})").html
    assert f'<a href="{ADDRESS}" rel="nofollow noopener noreferrer ugc">{SHOWN}</a>' in html


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example" + ADDRESS,
        "//evil.example" + ADDRESS,
        "https://evil.example/a.png",
        ADDRESS + "x",
        ADDRESS.replace("1200", "0"),
        ADDRESS.replace("1200", "12000"),
        ADDRESS.replace("ab", "AB"),
        "/images/../../x/1x1/",
        "data:image/png;base64,AA",
        "javascript:alert(1)",
        "/posts/3/",
    ],
)
def test_whatever_else_is_no_image(address):
    assert "<img" not in render(f"![Loss]({address})").html


@pytest.mark.parametrize(
    "tag",
    [
        f'<img src="{ADDRESS}" onerror="alert(1)">',
        f'<img src="{ADDRESS}" style="position:fixed" class="k">',
        f'<img src="{ADDRESS}" srcset="https://evil.example/a.png 2x">',
        '<img src="https://evil.example/a.png" alt="x">',
        f'<img src="{ADDRESS}" width="100%" height="1e9">',
    ],
)
def test_the_allow_list_lets_nothing_else_of_an_image_through(tag):
    clean = sanitise(tag)
    assert not any(word in clean for word in ("evil", "on", "style", "class", "srcset", "%", "1e9"))


def test_a_description_is_plain_text_without_signs_of_tags():
    html = render(f'![*Loss* of $x$ & "co" <b onload=x>]({ADDRESS})').html
    assert 'alt="Loss of x &amp; &quot;co&quot; ‹b onload=x›"' in html


def test_who_leaves_the_description_out_is_told():
    said = "An image has no description."
    assert [each[: len(said)] for each in render(f"![]({ADDRESS})").problems] == [said]
    assert not render(f"![Loss]({ADDRESS})").problems
    # Without a name for the link there is none.
    assert "<a" not in render(f"![]({ADDRESS})").html


def test_an_image_in_a_link_leads_where_the_link_leads():
    html = render(f"[![Loss]({ADDRESS})](https://example.org/)").html
    assert f'<a href="https://example.org/" rel="nofollow noopener noreferrer ugc">{SHOWN}</a>' in html


def test_an_image_is_a_line_its_description_stands_for_it_and_a_diff_marks_it_whole():
    html = render(f"![{'Loss ' * 40}]({ADDRESS})").html
    assert count_lines(html) == 1
    assert plain(render(f"It falls: ![Loss]({ADDRESS})").html) == "It falls: Loss"
    before, after = render("It falls.").html, render(f"It falls. ![Loss]({ADDRESS})").html
    assert (
        f'<ins> <a href="{ADDRESS}" rel="nofollow noopener noreferrer ugc">{SHOWN}</a></ins>'
        in diff(before, after).html
    )
    assert f"{SHOWN}</a></del>" in diff(after, before).html
