"""Formulas are shown as formulas, and where they cannot be, their source and the reason."""

import re

import pytest

from readlist_site.base.text import render
from tests.base.text.html import Page, outline, undirected
from tests.base.text.papers import FORMULAS


@pytest.mark.parametrize("latex", FORMULAS.values(), ids=FORMULAS)
def test_a_formula_of_the_papers_is_read(latex):
    rendered = render(f"$$\n{latex}\n$$")
    assert not rendered.problems or r"\label" in latex
    assert rendered.html.startswith(
        '<div class="formula" tabindex="0" role="group" aria-labelledby="word-formula" dir="ltr"><math'
    )
    assert " style=" not in rendered.html
    assert "<code>" not in rendered.html
    assert rendered.lines == 1
    Page(rendered.html)


@pytest.mark.parametrize("latex", FORMULAS.values(), ids=FORMULAS)
def test_it_is_read_between_brackets_as_between_dollars(latex):
    assert render(f"\\[\n{latex}\n\\]").html == render(f"$$\n{latex}\n$$").html
    assert outline(render(f"So \\({latex}\\) is.").html) == outline(render(f"So ${latex}$ is.").html)


@pytest.mark.parametrize("latex", [latex for latex in FORMULAS.values() if "$" not in latex])
def test_it_is_read_inside_a_line_too(latex):
    rendered = render(f"It says ${latex}$.")
    assert not rendered.problems or r"\label" in latex
    assert re.search(r"</math>(</span>)?\.</span></p>\s*$", undirected(rendered.html))


def test_a_short_formula_keeps_its_full_stop_and_a_long_one_gets_a_box_that_scrolls():
    assert '<span class="nowrap"><math><mi>β</mi></math>.</span>' in undirected(render(r"Small $\beta$.").html)
    long = render(f"So ${FORMULAS['DPO']}$.").html
    assert '<span class="formula" tabindex="0" role="group" aria-labelledby="word-formula" dir="ltr"><math>' in long


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (r"$\lamda$", r"the command \lamda is not known here; \lambda is."),
        (r"$\zzz x$", r"the command \zzz is not known here."),
        (r"$\begin{picture}x\end{picture}$", "the environment picture is not known here."),
        (r"$\frac{a$", "} is missing at its end."),
        (r"$\left( a$", r"\right is missing at its end."),
        (r"$\frac{a}$", "something is missing at its end."),
        (r"$a & b$", "the sign & has a meaning only inside aligned, cases or a matrix."),
        (r"$\newcommand{\x}{y}\x$", "new commands cannot be defined here."),
        ("$" + "(" * 20 + "$", "too many of its brackets are opened and never closed."),
        ("$" + "{" * 60 + "}" * 60 + "$", "it has more than 50 groups inside one another."),
        ("$" + "x" * 2001 + "$", "it is longer than 2000 characters."),
        (r"$x^a^b$", "a letter has two indices or two exponents. Use braces."),
        (r"$x\eqref{eq:1}$", r"\eqref refers to something outside of it. Write the number or name instead."),
        (r"$\'e$", "one of its commands has a meaning only outside of formulas."),
        (r"$a\limits b$", r"\limits has a meaning only after an operator like \sum."),
        (r"$\begin{matrix}a\end{pmatrix}$", r"it has \end{pmatrix} where it needs \end{matrix}."),
    ],
)
def test_a_formula_that_cannot_be_read_says_why(source, reason):
    rendered = render(source)
    (problem,) = rendered.problems
    assert problem.startswith("The formula ")
    assert problem.endswith(f" could not be read: {reason}")
    assert "<code>" in rendered.html
    assert "<math" not in rendered.html


def test_a_label_is_left_out_with_a_word():
    rendered = render("$$x\\label{eq:main}$$")
    assert "<mi>x</mi>" in rendered.html
    assert rendered.problems == (
        r"The formula x\label{eq:main} is shown without its \label, because formulas have no numbers here.",
    )


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"a\\[4pt]b\\*c\\ [-.5ex] d", "abcd"),
        (r"\begin{aligned}a&=b\\[4pt]c&=d\\*e&=f\end{aligned}", "a=bc=de=f"),
        (r"\text{if $x>0$ and $y$}", "if x>0 and y"),
        (r"\mathop{\mathrm{argmin}}\limits_{x\in X}^2 f", "argmin2x∈Xf"),
        (r"\mathop{\mathbb{E}}\nolimits_x y", "𝔼xy"),
        (r"x\xrightarrow[a]{b}y", "x→aby"),
        (r"\P(x)\le\O(n)", "ℙ(x)≤𝒪(n)"),
        (r"\text{a_b & 50% #1}", "a_b & 50% #1"),
        (r"\texttt{max_len}\hspace*{1em}x", "max_lenx"),
        (r"\begin{cases*}1&2\end{cases*}", "{12"),
        (r"\small x\vspace{2em}\nonumber", "x"),
        (r"a&=b\\\intertext{so}c&=d", "a=bsoc=d"),
    ],
)
def test_what_papers_write_shows_nothing_but_what_it_means(latex, shown):
    rendered = render(f"$$\n{latex}\n$$")
    assert rendered.problems == ()
    assert (
        re.sub(r"<[^>]*>|\ufe00|\u2061|\u2063|&ApplyFunction;", "", rendered.html)
        .replace("&amp;", "&")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("\xa0", " ")
        .strip()
        == shown
    )


def test_rows_without_an_environment_are_rows():
    assert render("$$\na&=b\\\\\nc&=d\n$$").html.count("<mtr>") == 2
    assert render("$$a\\\\b$$").html.count("<mtr>") == 2


def test_a_displayed_one_stands_there_as_it_was_written():
    html = render("$$\n\\foo{<b>}\n$$").html
    assert html == (
        '<pre tabindex="0" role="group" aria-labelledby="word-formula-source" dir="ltr">'
        "<code>\\foo{&lt;b&gt;}</code></pre>\n"
    )


def test_a_bad_formula_does_not_spoil_the_good_ones():
    rendered = render(r"$\foo$ and $\beta$ and $\foo$")
    assert len(rendered.problems) == 1
    assert rendered.html.count(r"<code>\foo</code>") == 2
    assert "<mi>β</mi>" in rendered.html


def test_rows_are_aligned_by_classes_because_pages_forbid_styles():
    html = render(r"$$\begin{align}a&=b\\c&=d\end{align}$$").html
    assert html.count('<mtd class="at-end close-after">') == 2
    assert html.count('<mtd class="at-start close-before">') == 2


def test_colours_sizes_and_ids_of_a_formula_are_not_kept():
    html = render(r"$\color{red}x\hspace{500em}y\kern-900em z$ $$\begin{align}x\label{main}\end{align}$$").html
    assert "#FF0000" not in html
    assert "500em" not in html
    assert "900em" not in html
    assert "id=" not in html


@pytest.mark.parametrize("latex", [r"x\hspace{99em}y", r"\genfrac{}{}{90em}{}{a}{b}", r"\raisebox{-9em}{Approved}"])
def test_a_formula_does_not_leave_its_place(latex):
    assert not re.search(r"\d{2}em|-9em", render(f"${latex}$").html)


def test_a_formula_of_spaces_gets_a_box_that_scrolls():
    assert '<span class="formula"' in render("$" + r"\qquad" * 14 + " x$").html


def test_usual_lengths_are_kept():
    html = render(r"$a\quad b\xrightarrow{c} d\raisebox{0.3em}{e} \Biggl( f \binom gh$").html
    for kept in ('width="1em"', 'width="3.5em"', 'voffset="0.3em"', 'maxsize="2.470em"', 'linethickness="0"'):
        assert kept in html
