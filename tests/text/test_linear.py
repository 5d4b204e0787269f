"""Formulas in one line of plain characters."""

import pytest

from readlist_site.text import plain, render


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (r"\bar m=\sum_s w_s m_s", "m̄ = ∑_s w_s m_s"),
        (r"\frac{a+b}{c}", "(a + b)/c"),
        (r"2^{-24}", "2^(−24)"),
        (r"x_i^2 y", "x_i^2 y"),
        (r"\sqrt{\mathrm{KL}}", "√KL"),
        (r"\sqrt{2/n}", "√(2/n)"),
        (r"\max_\pi \mathbb{E}_{y\sim\pi}\left[r_\phi(x,y)\right]", "max_π 𝔼_(y∼π)[r_ϕ(x,y)]"),
        (r"\ln 2", "ln 2"),
        (r"\begin{aligned}a&=b\\c&=d\end{aligned}", "a = b; c = d"),
        (r"|\bar a-\bar b|>2", "|ā − b̄| > 2"),
    ],
)
def test_a_formula_reads_as_it_would_be_typed(formula, said):
    assert plain(render(f"${formula}$").html) == said


def test_it_keeps_to_its_place_between_the_words():
    assert plain(render("So $n=2$, then\n\n$$x^2$$\n\nholds.").html) == "So n = 2, then x^2 holds."
