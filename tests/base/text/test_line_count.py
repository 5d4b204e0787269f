"""The rule by which a summary has 5–10 lines, from both sides of every edge."""

import pytest

from readlist_site.base.text import render

LINE = "x" * 68


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("", 0),
        ("\n\n   \n", 0),
        ("x", 1),
        (LINE, 1),
        (LINE + "x", 2),
        (LINE * 3, 3),
        (f"{'x' * 33} {'x' * 34}", 1),
        (f"{'x' * 34} {'x' * 34}", 2),
        ("**" + LINE + "**", 1),  # the signs of Markdown are not seen
        (f"[{LINE}](https://example.org/a/very/long/address/that/nobody/sees)", 1),
        ("a\nb\nc", 3),  # a line break that is typed is one, as in comments on GitHub
        ("Knob: β / Fails: far off / Metric: KL".replace(" / ", "\n"), 3),
        (f"{LINE}x\nb", 3),
        ("- a\n  b\n- c", 3),
        ("> a\n> b", 2),
        ("a\n\nb\n\n\n\nc", 3),
        ("a  \nb\\\nc", 3),  # a break by hand is
        (LINE + "  \n" + LINE + "x", 3),
        ("- a\n- b\n- c", 3),
        ("- a\n\n- b", 2),
        ("- a\n  - b\n    - c", 3),
        (f"- {LINE}x\n- b", 3),
        ("- a\n\n  b", 2),
        ("-\n- b", 2),  # an empty item takes its line
        ("- [x] done", 1),
        ("# Title\n\ntext", 2),
        ("> a\n>\n> b", 2),
        ("---", 0),
        ("a\n\n---\n\nb", 2),
        ("$x$", 1),
        ("x" * 66 + r" $\theta$", 1),  # a formula counts its symbols, not its source
        ("x" * 67 + r" $\theta$", 2),
        (r"$\mathcal{L}\left(\theta\right)\,=\,0$ " + "x" * 61, 1),
        (r"$\mathcal{L}\left(\theta\right)\,=\,0$ " + "x" * 62, 2),
        ("$$\nx\n$$", 1),
        ("$$\\begin{aligned}a&=b\\\\c&=d\\\\e&=f\\end{aligned}$$", 1),
        ("so\n$$x$$\nthen", 3),
        ("```\na\nb\n```", 2),
        ("```\na\n\nb\n```", 2),
        ("```\n" + LINE * 3 + "\n```", 1),  # code does not wrap
        ("```\n```", 1),
        ("    a\n    b", 2),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |", 3),
        (f"| a | b |\n|---|---|\n| {LINE} | 2 |", 3),
        ("a[^1]\n\n[^1]: b", 2),
        (r"$\foo$", 1),
        ("字" * 34, 1),  # a full-width character counts two
        ("字" * 34 + "x", 2),
        ("かなと漢字。" * 11 + "、字", 2),
        ("字" * 33 + r" $\theta$", 1),
        ("ｶ" * 68, 1),  # a half-width one, one
        ("مُ" * 68, 1),  # and a vowel above a letter, none
        ("م" * 69, 2),
        ("$$\n\\foo\n\\bar\n$$", 2),  # what cannot be read is shown as code and counts so
    ],
)
def test_lines(source, lines):
    assert render(source).lines == lines


@pytest.mark.parametrize(("source", "lines"), [("a\nb\nc", 1), ("a  \nb\\\nc", 3), ("- a\n  b\n- c", 2)])
def test_in_a_file_a_line_break_is_a_space(source, lines):
    assert render(source, line_breaks=False).lines == lines


def test_the_summary_in_the_drawings_counts_as_it_is_shown_there():
    answer = (
        "β, the leash to the reference policy: the KL-constrained objective of RLHF, solved straight on pairs. "
        "Smaller goes further; TRL starts at 0.1.\n\n$$\\mathcal{L}_{\\text{DPO}} = -\\mathbb{E}[x]$$"
    )
    assert render(answer).lines == 4
