"""No text holds up or ends the process, whoever wrote it.

Each must be done within seconds of computing; they take tenths. The limits are wide so that a slow day does not matter.
"""

from itertools import product
from random import Random
from time import process_time

import pytest

from readlist_site.base.text import MAX_LENGTH, TimeBudget, diff, highlight, markdown, plain, render, render_process
from readlist_site.base.text.render import STALLED
from tests.base.text.html import Page
from tests.length import FULL, some

SECONDS = 8
LONG = 2_500  # characters of what is compared with its like
BOMB = "$" + r"\lAngle" * 28 + "$"

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
    "operators with limits": "$" + r"\mathop{a}\limits_b" * 90 + "$",
    "operators in operators": "$" + r"\mathop{" * 45 + "x" + r"}\limits_a" * 45 + "$",
    "limits of nothing": "$" + r"\limits" * 280 + "$",
    "texts without an end": "$" + r"\text{" * 300 + "$",
    "environments in environments": r"\begin{align}" * 700 + r"\end{align}" * 700,
    "rows": "$$" + r"a\\[4pt]" * 220 + "$$",
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
    "\\(", "\\(a\\)", "\\[", "\\[a=b\\]", "\\[\na=b\n", "\\begin{align}", "\\begin{align}\n", "$`", "$`a`$", "$\\text{",
    "$\\text{a$b$", "==", "==a", "==a== ", "==`a`==", "[[", "[[a]]", "[[a|b]] ", "%%", "%% a ", "%% a %%", "%% `",
    "\\emph{", "\\emph{a} ", "\\cite{a,", "Fig.~1 ", "~(", "<aside>\n", "<aside>\na\n</aside>\n", "<aside>a</aside>\n",
    "<details><summary>a</summary>", "> [!a]\n\n", "> [!a] b\n> c\n\n", "---\na: b\n", "$a](", "](a$", "$5 ", "$a `", "https://a$",
)  # fmt: skip

STRUCTURES = {
    "front matter that never ends": "---\na: b\n" + "    lr: 1\n" * 58,
    "blanks in front matter that never ends": "---\na: b\n" + "        \n" * 58,
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


@pytest.mark.soak
@pytest.mark.parametrize("pattern", some(PATTERNS, 0), ids=repr)
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


@pytest.mark.soak
@pytest.mark.parametrize("language", some(highlight.LANGUAGES.split(), 0))
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


def test_a_formula_that_ends_the_process_does_not_end_us(monkeypatch):
    """Thousands of braces overflow the stack; `latex.py` refuses them first."""
    reply = render_process.call("render", "![" * 9_999, {}, [], seconds=0.02)
    assert reply.died
    assert reply.formula == -1
    assert render("$x$").html == (
        '<p dir="auto"><span class="nowrap"><bdi dir="ltr"><math><mi>x</mi></math></bdi></span></p>\n'
    )


@pytest.mark.parametrize("source", [BOMB, BOMB + " " + "word " * 300], ids=["alone", "among words"])
def test_a_formula_that_takes_too_long_is_refused_and_the_rest_shown(source):
    rendered = render(f"{source} $a^2$")
    assert rendered.refusal == STALLED
    assert len(rendered.problems) == 1
    assert rendered.html.count("<msup>") == 1
    assert not render(r"$\foo$").refusal


def test_after_two_such_formulas_no_other_is_tried():
    rendered = render(" ".join(f"{BOMB[:-1]}{number}$" for number in range(40)) + " $a^2$")
    assert len(rendered.problems) == 41
    assert "<math" not in rendered.html


def test_texts_share_the_patience_that_they_are_given():
    budget = TimeBudget(0)
    assert render(r"$\zeta^{17}$", budget).refusal == STALLED
    assert budget.unread == 1
    assert render(r"$\zeta^{17}$", TimeBudget(9)).problems == ()


def test_each_text_given_up_spends_of_it():
    budget = TimeBudget(0.015)
    assert render(f"{BOMB} $a^2$", budget).html.count("<msup>") == 1
    assert budget.is_over
    assert render("$b^2$", budget).refusal == STALLED


# The whole of it: whatever is typed, rendering stays within its limit. Its figure is that of a busy machine, whose
# processor time runs up to three times as fast.

CPU = 0.3


def _repeated(pattern: str) -> str:
    return pattern * (MAX_LENGTH // len(pattern))


def _nested(opens: str, closes: str) -> str:
    half = MAX_LENGTH // (len(opens) + len(closes))
    return opens * half + closes * half


_PAIRS = [one + other for one, other in product((*PATTERNS, "a", "word ", "\n\n"), repeat=2) if one != other]
_NESTED = [
    _nested(*pair) for pair in (("[", "](b)"), ("*a ", "b*"), ("> ", "a"), ("(", ")"), ("![", "](c)"), ("`", "`"))
]


def _shapes() -> list[str]:
    shuffled = Random(7).sample(_PAIRS, len(_PAIRS) if FULL else 40)
    some_patterns = PATTERNS if FULL else PATTERNS[::3]
    return [*map(_repeated, shuffled), *map(_repeated, some_patterns), *_NESTED, *STRUCTURES.values()]


def test_no_shape_of_text_takes_more_than_its_limit():
    for source in _shapes():
        rendered = render(source[:MAX_LENGTH])
        assert rendered.cpu_seconds < CPU, source[:40]
        assert rendered.refusal or Page(rendered.html)


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("[", "square brackets"),
        ("![", "images"),
        ("- a\n", "list items, headings and quotations"),
        ("> a\n1. ", "list items, headings and quotations"),
        ("*a ", "asterisks, underscores and tildes"),
        ("`a ", "backticks"),
        ("$a ", "dollar signs"),
        ("a\\\n", "forced line breaks"),
        ("<", "angle brackets and ampersands"),
    ],
)
def test_too_much_of_one_markup_is_refused_by_name_unparsed(markup, name, monkeypatch):
    source = _repeated(markup)
    monkeypatch.setattr(markdown, "parse", None)
    monkeypatch.setattr(render_process, "call", None)
    refusal = render(source).refusal
    assert refusal.startswith("This text has more than ")
    assert name in refusal


@pytest.mark.parametrize("code", ["[1, 2], " * 2_400, "- a\n" * 4_000, "*p = &x;\n" * 2_000])
def test_code_may_have_any_number_of_them(code):
    assert render(f"```\n{code}\n```\n\nSo it is.").refusal == ""


def test_a_text_that_grows_is_refused():
    assert render("".join(f"$$\n{'x_' * 400}{{{n}}}\n$$\n\n" for n in range(20))[:MAX_LENGTH]).cpu_seconds < CPU
    assert len(render("[^1]: x\n\n" + "[^1]" * 1_900).html) < 1_000_000


def test_what_is_shown_as_written_has_a_line_count_of_its_own():
    source = "[" * 2_001 + "\n\n" + "word " * 30
    rendered = render(source)
    assert rendered.lines == 30 + 3
    assert rendered.html.startswith('<p dir="auto">[[[[')


def test_two_long_texts_that_differ_all_over_are_both_shown_whole():
    words = [f"w{number % 50} x" for number in range(5_000)]
    old, new = (f"<p>{' '.join(text)}</p>" for text in (words, words[::-1]))
    before = process_time()
    found = diff(old, new)
    assert process_time() - before < CPU
    assert (found.words_gone, found.words_new, found.unchanged) == (10_000, 10_000, False)
    assert found.html == f'<del class="block">{old}</del><ins class="block">{new}</ins>'


def test_a_long_text_with_few_changes_is_compared_word_by_word():
    old = "".join(f"<p>Sentence {number} says how fast you get somewhere.</p>" for number in range(100))
    found = diff(old, old.replace("Sentence 50 ", "Line 50 "))
    assert (found.words_gone, found.words_new) == (1, 1)
    assert "<del>Sentence</del>" in found.html
