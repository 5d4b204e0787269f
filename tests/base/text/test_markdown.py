"""What people type, and what stands in the page."""

import re

import pytest

from readlist_site.base.text import MAX_LENGTH, TextTooLong, plain, render
from tests.base.text.html import undirected


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        (" \n\n ", ""),
        ("*so* **it** ~~is~~ `x<y`", "<p><em>so</em> <strong>it</strong> <s>is</s> <code>x&lt;y</code></p>"),
        ("# Title\n\n### Sub", "<p><strong>Title</strong></p>\n<p><strong>Sub</strong></p>"),
        (
            "> said\n>\n> > before",
            "<blockquote>\n<p>said</p>\n<blockquote>\n<p>before</p>\n</blockquote>\n</blockquote>",
        ),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        (
            "- [ ] read\n- [x] write",
            '<ul>\n<li class="task"><span class="box" role="img" aria-labelledby="word-open">☐</span> read</li>\n'
            '<li class="task"><span class="box" role="img" aria-labelledby="word-done">☑</span> write</li>\n</ul>',
        ),
        ("a\\\nb", "<p>a<br>\nb</p>"),
        ("---", "<hr>"),
        ("costs $5 and $10, $5-$6", "<p>costs $5 and $10, $5-$6</p>"),
        (r"\$x\$", "<p>$x$</p>"),
        ("`$x$`", "<p><code>$x$</code></p>"),
        ("| a |  |\n|--:|:-:|\n| 1 | 2 |", None),
        ("    x = 1", '<pre tabindex="0" role="group" aria-labelledby="word-code"><code>x = 1</code></pre>'),
        ("```\n<b>\n```", '<pre tabindex="0" role="group" aria-labelledby="word-code"><code>&lt;b&gt;</code></pre>'),
        ("```klingon\nx\n```", '<pre tabindex="0" role="group" aria-labelledby="word-code"><code>x</code></pre>'),
    ],
)
def test_markdown(source, html):
    rendered = undirected(render(source).html).strip()
    if html is None:
        assert rendered == (
            '<div class="table" tabindex="0" role="group" aria-labelledby="word-table"><table>\n<thead>\n<tr>\n'
            '<th scope="col" class="right">a</th>\n<td class="center"></td>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
            '<td class="right">1</td>\n<td class="center">2</td>\n</tr>\n</tbody>\n</table></div>'
        )
    else:
        assert rendered == html


def test_code_is_coloured_by_the_four_classes_of_the_look():
    html = undirected(render('```python\ndef f():  # why\n    return "s" + 1\n```').html)
    assert html.startswith('<pre tabindex="0" role="group" aria-label="Python"><code><span class="k">def</span>')
    assert set(re.findall(r'<span class="(\w+)">', html)) == {"k", "c", "s", "m"}


@pytest.mark.parametrize(
    ("source", "href", "shown"),
    [
        ("[TRL](https://huggingface.co)", "https://huggingface.co", "TRL"),
        ("<https://arxiv.org>", "https://arxiv.org", "https://arxiv.org"),
        (
            "see https://arxiv.org/abs/2305.18290.",
            "https://arxiv.org/abs/2305.18290",
            "https://arxiv.org/abs/2305.18290",
        ),
        ("[write](mailto:ada@example.org)", "mailto:ada@example.org", "write"),
        ("![a curve](https://x.org/a.png)", "https://x.org/a.png", "a curve"),
        ("![](https://x.org/a.png)", "https://x.org/a.png", "https://x.org/a.png"),
        ("[](https://x.org)", "https://x.org", "https://x.org"),
        ("[![badge](https://x.org/b.png)](https://x.org)", "https://x.org", "badge"),
        ('[t](https://x.org "title")', "https://x.org", "t"),
    ],
)
def test_links(source, href, shown):
    html = undirected(render(source).html)
    assert f'<a href="{href}" rel="nofollow noopener noreferrer ugc">{shown}</a>' in html
    assert html.count("<a ") == 1
    assert "<img" not in html


@pytest.mark.parametrize(
    "source", ["[x](/groups/3/)", "[x](//evil.example)", "[x](page.html)", "[x](#main)", "[x](ftp://x.org)", "[x]()"]
)
def test_a_link_that_leads_nowhere_allowed_stays_as_it_was_typed(source):
    assert "<a " not in render(source).html


def test_a_display_formula_parts_the_paragraph_it_stands_in():
    html = undirected(render("The loss is\n$$\nL = a\n- b\n$$\nwhere $$c$$ is small.").html)
    assert re.sub(r"<math.*?</math>", "F", html) == (
        '<p>The loss is</p>\n<div class="formula" tabindex="0" role="group" aria-labelledby="word-formula">F</div>\n'
        '<p>where </p>\n<div class="formula" tabindex="0" role="group" aria-labelledby="word-formula">F</div>\n'
        "<p> is small.</p>\n"
    )


def test_it_does_so_in_lists_and_quotations():
    for source in ("- so\n  $$\n  x\n  $$\n- then", "> so\n> $$\n> x\n> $$\n> then", "- so $$x$$ then"):
        html = render(source).html
        assert '<div class="formula"' in html
        assert "$" not in html


def test_a_formula_without_an_end_is_text():
    assert undirected(render("$$\nx\n\ny").html) == "<p>$$<br>\nx</p>\n<p>y</p>\n"


def test_a_fence_called_math_is_a_formula():
    assert '<div class="formula"' in render("```math\nx^2\n```").html


def test_footnotes_of_two_texts_on_a_page_do_not_collide():
    texts = [render(f"It holds.[^1] Twice.[^1]\n\n[^1]: {where}").html for where in ("Here", "There")]
    ids = [found for html in texts for found in re.findall(r' id="([^"]+)"', html)]
    assert len(ids) == len(set(ids)) == 6
    for html in texts:
        for target in re.findall(r'href="#([^"]+)"', html):
            assert f' id="{target}"' in html
    assert render("It holds.[^1] Twice.[^1]\n\n[^1]: Here").html == texts[0]


def test_a_text_too_long_is_refused_and_the_longest_is_not():
    with pytest.raises(TextTooLong):
        render("x" * (MAX_LENGTH + 1))
    assert render("x" * MAX_LENGTH).lines == 295


def test_characters_that_are_none_do_no_harm():
    assert undirected(render("a\ud800b\x00c").html) == "<p>a?b\ufffdc</p>\n"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("One *two*\nthree.\n\n- four\n- five", "One two three. four five"),
        (r"The KL is $\beta\,D_{\text{KL}}$, small[^1].\n\n[^1]: x".replace(r"\n", "\n"), "The KL is βDKL, small. x"),
        ("So $n=2$, then\n\n$$x^2$$\n\nholds.", "So n=2, then x2 holds."),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        ("```python\nx = 1\n```", "x = 1"),
        ("- [x] read  \n  twice", "read twice"),
        ("", ""),
    ],
)
def test_plain(source, shown):
    assert plain(render(source).html) == shown


def test_plain_ends_between_words():
    html = render("The policy moves, and then the margin grows " * 9).html
    assert plain(html, 30) == "The policy moves, and then…"
    assert plain(html, 20) == "The policy moves…"
    assert plain(render("It gives back. And more.").html, 16) == "It gives back…"
    assert plain(render("x" * 300).html, 10) == "xxxxxxxxx…"
    assert all(len(plain(html, length)) <= length for length in range(2, 200))
