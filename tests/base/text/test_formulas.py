"""Formulas are shown as formulas, and where they cannot be, their source and the reason."""

import re

import pytest

from readlist_site.base.text import render
from tests.base.text.html import Page, undirected
from tests.base.text.papers import FORMULAS


@pytest.mark.parametrize("latex", FORMULAS.values(), ids=FORMULAS)
def test_a_formula_of_the_papers_is_read(latex):
    rendered = render(f"$$\n{latex}\n$$")
    assert rendered.problems == ()
    assert rendered.html.startswith(
        '<div class="formula" tabindex="0" role="group" aria-label="Formula" dir="ltr"><math'
    )
    assert " style=" not in rendered.html
    assert "<code>" not in rendered.html
    assert rendered.lines == 1
    Page(rendered.html)


@pytest.mark.parametrize("latex", [latex for latex in FORMULAS.values() if "$" not in latex])
def test_it_is_read_inside_a_line_too(latex):
    rendered = render(f"It says ${latex}$.")
    assert rendered.problems == ()
    assert re.search(r"</math>(</span>)?\.</span></p>\s*$", undirected(rendered.html))


def test_a_short_formula_keeps_its_full_stop_and_a_long_one_gets_a_box_that_scrolls():
    assert '<span class="nowrap"><math><mi>β</mi></math>.</span>' in undirected(render(r"Small $\beta$.").html)
    long = render(f"So ${FORMULAS['DPO']}$.").html
    assert '<span class="formula" tabindex="0" role="group" aria-label="Formula" dir="ltr"><math>' in long


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
    ],
)
def test_a_formula_that_cannot_be_read_says_why(source, reason):
    rendered = render(source)
    (problem,) = rendered.problems
    assert problem.startswith("The formula ")
    assert problem.endswith(f" could not be read: {reason}")
    assert "<code>" in rendered.html
    assert "<math" not in rendered.html


def test_a_displayed_one_stands_there_as_it_was_written():
    html = render("$$\n\\foo{<b>}\n$$").html
    assert html == (
        '<pre tabindex="0" role="group" aria-label="Formula as written" dir="ltr"><code>\\foo{&lt;b&gt;}</code></pre>\n'
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
