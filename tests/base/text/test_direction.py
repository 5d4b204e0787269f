"""In which direction each block of a text is read, whatever its page's: by its letters, never by formulas and code."""

import re

import pytest

from readlist_site.base.languages.direction import direction_of
from readlist_site.base.text import diff, plain, render
from tests.base.text.html import Page

ARABIC, HEBREW = "قيمة صغيرة", "ערך קטן"
BLOCKS = {"blockquote", "li", "ol", "p", "pre", "td", "th", "ul"}


def shown(html: str) -> str:
    """The HTML with the direction that a browser gives each block with dir="auto", and M for each formula."""
    html = re.sub(r'<span class="nowrap">(.*?)</span>', r"\1", html.replace("\n", ""))
    return re.sub(r"<math.*?</math>", "M", html)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (ARABIC, f'<p dir="auto">{ARABIC}</p>'),
        (rf"$\beta$ {ARABIC}", f'<p dir="auto"><bdi dir="ltr">M</bdi> {ARABIC}</p>'),
        (f"`beta` {HEBREW}", f'<p dir="auto"><bdi dir="ltr"><code>beta</code></bdi> {HEBREW}</p>'),
        (rf"$\foo$ {ARABIC}", f'<p dir="auto"><bdi dir="ltr"><code>\\foo</code></bdi> {ARABIC}</p>'),
        (f"# {ARABIC}", f'<p dir="auto"><strong>{ARABIC}</strong></p>'),
        # What has no letters is read as what stands around it.
        (f"{ARABIC}\n\n$x$\n\n7 %", f'<p dir="auto">{ARABIC}</p><p dir="rtl"><bdi dir="ltr">M</bdi></p>'
         '<p dir="rtl">7 %</p>'),
        ("So\n\n$x$", '<p dir="auto">So</p><p dir="auto"><bdi dir="ltr">M</bdi></p>'),
        ("$x$", '<p dir="auto"><bdi dir="ltr">M</bdi></p>'),
        # The letters of lists, quotations and tables stand in blocks of their own, over which dir="auto" passes.
        (f"- {ARABIC}\n- so", f'<ul dir="rtl"><li dir="auto">{ARABIC}</li><li dir="auto">so</li></ul>'),
        (f"1. so\n2. {ARABIC}", f'<ol dir="auto"><li dir="auto">so</li><li dir="auto">{ARABIC}</li></ol>'),
        (f"- {ARABIC}\n\n- $x$", f'<ul dir="rtl"><li dir="rtl"><p dir="auto">{ARABIC}</p></li>'
         '<li dir="rtl"><p dir="rtl"><bdi dir="ltr">M</bdi></p></li></ul>'),
        (f"- $x$\n  - {ARABIC}", '<ul dir="rtl"><li dir="rtl"><bdi dir="ltr">M</bdi><ul dir="rtl">'
         f'<li dir="auto">{ARABIC}</li></ul></li></ul>'),
        (f"> $x$\n>\n> {ARABIC}", '<blockquote dir="rtl"><p dir="rtl"><bdi dir="ltr">M</bdi></p>'
         f'<p dir="auto">{ARABIC}</p></blockquote>'),
        ("> so", '<blockquote dir="auto"><p dir="auto">so</p></blockquote>'),
        (f"so\n$$x$$\n{ARABIC}", '<p dir="auto">so</p><div class="formula" tabindex="0" role="group" '
         f'aria-labelledby="word-formula" dir="ltr">M</div><p dir="auto">{ARABIC}</p>'),
        (f"<https://example.org> {ARABIC}", '<p dir="auto"><a href="https://example.org" '
         f'rel="nofollow noopener noreferrer ugc"><bdi dir="ltr">https://example.org</bdi></a> {ARABIC}</p>'),
    ],
)  # fmt: skip
def test_direction(source, html):
    assert shown(render(source).html) == html


def test_a_table_is_read_as_its_first_letters_and_a_number_as_its_table():
    html = render(f"| {ARABIC} | b |\n|---|---|\n| 1 | $x$ |").html
    assert re.findall(r'<(?:div|t[hd])[^>]* dir="(\w+)"', html) == ["rtl", "auto", "auto", "rtl", "rtl"]


def test_every_block_says_its_direction():
    html = render(
        "a[^1]\n\n- b\n\n  - [x] c\n\n1. d\n\n> e\n\n    f\n\n# g\n\n| h |\n|--:|\n| i |\n\n$$\n\\foo\n$$\n\n[^1]: j"
    ).html
    blocks = [(tag, attributes) for tag, attributes in Page(html).elements if tag in BLOCKS]
    assert {tag for tag, _ in blocks} == BLOCKS
    notes = next(attributes for tag, attributes in Page(html).elements if attributes.get("class") == "footnotes")
    assert "dir" in notes
    assert [tag for tag, attributes in blocks if "dir" not in attributes] == ["ol"], "that of the footnotes alone"


def test_what_is_gone_has_a_direction_too():
    old = render(f"{ARABIC}\n\n- {ARABIC} one\n- {ARABIC} two").html
    for html in (diff(old, "").html, diff(old, render("So").html).html):
        assert all("dir" in attributes for tag, attributes in Page(html).elements if tag in {"p", "li", "ul"})


def test_a_formula_changes_as_a_whole():
    found = diff(render(rf"{ARABIC} $\beta$").html, render(rf"{ARABIC} $\gamma$").html)
    assert re.search(r"<del><span[^>]*><bdi dir=.ltr.><math>.*?</math></bdi></span></del> <ins>", found.html)


@pytest.mark.parametrize(
    ("text", "direction"),
    [("", ""), ("7 %", ""), ("so", "ltr"), (f"7: {ARABIC}", "rtl"), ("β", "ltr"), (f"\u2066β\u2069 {HEBREW}", "rtl")],
)
def test_the_direction_of_a_plain_text(text, direction):
    assert direction_of(text) == direction


def test_a_formula_does_not_decide_how_a_plain_text_is_read():
    excerpt = plain(render(rf"$\beta$ {ARABIC}").html)
    assert excerpt == f"\u2066β\u2069 {ARABIC}"
    assert direction_of(excerpt) == "rtl"
    assert plain(render(r"$\beta$ is small").html) == "β is small"
