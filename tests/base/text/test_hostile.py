"""No text holds up or ends the process, whoever wrote it.

Each must be done within seconds of computing; they take tenths. The limits are wide so that a slow day does not matter.
"""

import os

import pytest

from readlist_site.base.text import MAX_LENGTH, TimeBudget, diff, highlight, markdown, math_pool, plain, render
from tests.base.text.html import Page

SECONDS = 8
LONG = 2_500  # characters of what is compared with its like

FORMULAS = {
    "a thousand brackets": "$" + "[" * 1000 + "$",
    "a thousand brackets, displayed": "$$\n" + "[" * 1000 + "\n$$",
    "thirty brackets with letters": "$" + "[x" * 30 + "$",
    "twenty thousand braces": "$" + "{" * (MAX_LENGTH - 2) + "$",
    "ten thousand pairs of braces": "$" + "{" * 9_999 + "}" * 9_999 + "$",
    "delimiters of every name": "$" + r"\langle\lfloor\lceil\lvert" * 10 + "$",
    "big delimiters": "$" + r"\Biggl|\bigl\|" * 25 + "$",
    "delimiters nobody types": "$" + r"\lAngle\lBrace" * 20 + "$",
    "commands that define": r"$\def\a#1{\a{#1#1}}\a{x}$",
    "roots in roots": "$" + r"\sqrt{" * 400 + "x" + "}" * 400 + "$",
    "tables in tables": "$" + r"\begin{matrix}" * 100 + "x" + r"\end{matrix}" * 100 + "$",
    "accents on accents": "$" + r"\vec" * 480 + "{x}$",
    "accents on accents, displayed": "$$\n" + r"\bar" * 480 + "x\n$$",
    "boxes in boxes": "$" + r"\boxed" * 300 + "x$",
    "fractions without an end": "$" + r"\frac" * 400 + "$",
    "many columns": r"$\begin{array}{" + "c" * 1500 + r"}x\end{array}$",
    "primes": "$x" + "'" * 1900 + "$",
    "hundreds that are bad": " ".join(f"$[[[[[[[[[[{number}$" for number in range(1000)),
    "hundreds that stall": " ".join("$" + r"\lAngle" * 28 + f"{number}$" for number in range(90)),
    "hundreds that are good": " ".join(f"$x_{{{number}}}$" for number in range(1500)),
}

PATTERNS = (
    "[", "]", "![", "[]", "[](", "[a](", "[a](<b", "[a](b \"", "*", "**", "_", "*a ", "a**b", "*a_ ", "`",
    "`a", "``a`", "`[", "~~", "~~a ", "$", "$a ", "$a", "$ ", "$$", "$$a\n", "$$a\n\n", "$1", "$\\", "\\",
    ">", "> ", "> a\n", "- ", "- a\n", "-\n", "- a\n  ", "1. ", "> - ", "|", "|-|\n", "a|b\n-|-\n", "#",
    "# a\n", "a\n===\n", "---\n", "```\n", "~~~", "    a\n", "&", "&#1;", "<", "<a ", "<!--", "<http://a",
    "http://a", "http://a.b/(", "a:", "a@b.c ", "[^a]", "[^a]: b\n", "[^a]: ", "^[", "[a]: b\n", "[a]: <",
    "[a]: b (", "[![a](b)](c)", "- [ ] a\n", " ", "\n", "\t", "a\\\n", "é", "日本", "\u202e", "😀", "'\"",
)  # fmt: skip

STRUCTURES = {
    "brackets in brackets": "[" * 9_999 + "]" * 9_999,
    "quotes in quotes": ">" * 10_000 + "a",
    "lists in lists": "".join("  " * depth + "- a\n" for depth in range(140)),
    "emphasis in emphasis": "*a " * 3_000 + "b* " * 3_000,
    "a link's brackets": "[a](" + "(" * 9_000 + ")" * 9_000 + ")",
    "a table of many columns": "|a" * 256 + "|\n" + "|-" * 256 + "|\n" + "a\n" * 256,
    "many tables": ("|a" * 40 + "|\n" + "|-" * 40 + "|\n" + "a\n" * 40 + "\n") * 60,
    "narrow tables": ("|a|b|\n|-|-|\n" + "a\n" * 300 + "\n") * 25,
    "references to one note": "[^1]: x\n\n" + "[^1]" * 4_000,
    "many notes": "".join(f"[^{n}]: x\n" for n in range(900)) + "".join(f"[^{n}]" for n in range(900)),
    "runs of backticks": "".join("`" * n + "a" for n in range(1, 190)),
    "falling runs of backticks": "".join("`" * n + " " for n in range(190, 1, -1)),
}

CODE = (
    "(",
    "[",
    "{",
    '"',
    "'",
    '"""',
    "/*",
    "//",
    "<",
    "<!--",
    "#",
    "\\",
    "a",
    " ",
    "\n",
    "=",
    "a=",
    "$",
    "`",
    "@",
    "-",
    "e",
)


def survive(source: str) -> None:
    html = render(source[:MAX_LENGTH]).html
    Page(html)
    plain(html)


@pytest.mark.parametrize("source", FORMULAS.values(), ids=FORMULAS)
def test_formulas(source, within):
    with within(SECONDS):
        survive(source)
        assert "<mi>β</mi>" in render(r"the next one is read: $\beta$").html


@pytest.mark.parametrize("pattern", PATTERNS, ids=repr)
def test_a_pattern_repeated(pattern, within):
    with within(SECONDS):
        survive(pattern * (MAX_LENGTH // len(pattern)))


QUOTED_BLOCKS = ("> # a\nb\n", ">#\nb\n", "> ***\nb\n", "> ```\n  b\n", "- > # a\nb\n")


@pytest.mark.parametrize("pattern", QUOTED_BLOCKS, ids=repr)
def test_blocks_in_quotations(pattern, within):
    with within(SECONDS):
        markdown.parse(pattern * (MAX_LENGTH // len(pattern)))


@pytest.mark.parametrize("source", STRUCTURES.values(), ids=STRUCTURES)
def test_structures(source, within):
    with within(SECONDS):
        survive(source)


@pytest.mark.parametrize("language", highlight.LANGUAGES.split())
def test_code_of_any_language(language, within):
    with within(SECONDS):
        for pattern in CODE:
            highlight.code_block(pattern * (500 // len(pattern)), language)


@pytest.mark.parametrize("pattern", ["a ", "- a\n", "*a* ", "$a$ ", "a. b, ", "[a](https://b.c) "])
def test_a_difference(pattern, within):
    source = pattern * (LONG // len(pattern))
    old, new = render(source).html, render("x" + source[5:-9] + "y").html
    with within(SECONDS):
        Page(diff(old, new).html)
        Page(diff(new, "<p>" + "a b " * 1_000 + "</p>").html)


def test_the_longest_difference(within):
    words = [f"w{number % 700}" for number in range(4_000)]
    old, new = (f"<p>{' '.join(text)}</p>" for text in (words, words[::-1]))
    with within(SECONDS):
        Page(diff(old, new).html)


def test_a_formula_that_stalls_costs_its_limit_and_no_other_formula(within):
    with within(SECONDS):
        rendered = render("$" + r"\lAngle" * 28 + "$ and $a^2$ and $b^2$")
    assert len(rendered.problems) == 1
    assert rendered.problems[0].endswith("it took too long.")
    assert rendered.html.count("<msup>") == 2


def test_a_formula_that_ends_the_child_does_not_end_us(within):
    with pytest.raises(math_pool.FormulaTimeout), within(SECONDS):
        math_pool.convert([("{" * 20_000 + "}" * 20_000, False)])
    assert math_pool.convert([("x", False)]) == [("<math><mi>x</mi></math>", "")]


def test_what_stalled_is_tried_again_later(monkeypatch):
    def stall(formulas):
        raise math_pool.FormulaTimeout

    with monkeypatch.context() as patch:
        patch.setattr(math_pool, "convert", stall)
        assert render(r"$\gamma^{17}$").stalled
    assert render(r"$\gamma^{17}$").problems == ()
    assert not render(r"$\foo$").stalled


def test_a_formula_is_given_a_second_chance(monkeypatch):
    convert, stalls = math_pool.convert, [math_pool.FormulaTimeout]

    def stall_once(formulas):
        if stalls:
            raise stalls.pop()
        return convert(formulas)

    monkeypatch.setattr(math_pool, "convert", stall_once)
    assert render(r"$\gamma^{18}$").problems == ()


def test_texts_share_the_patience_that_they_are_given():
    budget = TimeBudget(0)
    assert render(r"$\zeta^{17}$", budget).stalled
    assert budget.unread == 1
    assert render(r"$\zeta^{17}$", TimeBudget(9)).problems == ()


def test_a_text_rendered_again_asks_the_child_nothing(monkeypatch):
    source = f"$x_{{{os.getpid()}}}$ and ${{}}^{{{os.getpid()}}}$"
    first = render(source)
    monkeypatch.setattr(math_pool, "convert", lambda formulas: pytest.fail("asked again"))
    assert render(source) == first
