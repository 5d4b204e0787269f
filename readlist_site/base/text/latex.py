"""LaTeX as people paste it from papers, made ready for math-core, or refused with the reason.

Numbering and labels belong to a paper, not to a note: numbered environments become their unnumbered
forms, labels go, and a tag is written beside its formula.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from .latex_macros import MACROS

LONGEST = 2_000  # characters of one formula
DEEPEST = 50  # groups inside groups
UNCLOSED = 8  # math-core's time doubles with each bracket that nothing closes

ENVIRONMENTS = {
    "align": "aligned",
    "alignat": "aligned",
    "alignedat": "aligned",
    "flalign": "aligned",
    "split": "aligned",
    "multline": "gathered",
    "gather": "gathered",
    "smallmatrix": "matrix",
}
_ENVIRONMENT = re.compile(rf"\\(begin|end)\s*\{{({'|'.join(ENVIRONMENTS)})\*?\}}(\{{\d+\}})?")
_EQUATION = re.compile(r"\\(?:begin|end)\s*\{(?:equation|displaymath|math)\*?\}")
_EQNARRAY = (re.compile(r"\\begin\s*\{eqnarray\*?\}"), re.compile(r"\\end\s*\{eqnarray\*?\}"))
_UNNUMBERED = re.compile(r"\\(?:label\s*\{[^{}]*\}|nonumber\b|notag\b)")
_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")
_MATH_IN_TEXT = re.compile(r"(\\text\s*\{[^{}$]*)\$([^$]*)\$(?=[^{}]*\})")

_DEFINES = re.compile(
    r"\\(?:[egx]?def|let|global|(?:re)?newcommand|providecommand|DeclareMathOperator|newenvironment)\b"
)
_ESCAPED = re.compile(r"\\[\\{}]")
_DEEPER = re.compile(r"\{|\\begin\b|\\left\b|(\}|\\end\b|\\right\b)")
_OPENS = "[bB]igg?l|mathopen|langle|lfloor|lceil|lvert|lVert|lbrace|lbrack|lgroup|llbracket|lmoustache|ulcorner|lparen"
_CLOSES = (
    "[bB]igg?r|mathclose|rangle|rfloor|rceil|rvert|rVert|rbrace|rbrack|rgroup|rrbracket|rmoustache|urcorner|rparen"
)
_FENCES = re.compile(
    r"\\(?:left|right)(?![a-z])\s*\\?."  # these must be paired, or math-core says so
    rf"|(?P<open>[(\[⟨⌊⌈⟦]|\\\{{|\\(?:{_OPENS})(?![a-zA-Z]))"
    rf"|(?P<close>[)\]⟩⌋⌉⟧]|\\\}}|\\(?:{_CLOSES})(?![a-zA-Z]))"
)

_KNOWN = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho
sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega frac
dfrac tfrac sqrt sum prod int partial nabla infty mathbb mathbf mathcal mathrm mathit mathsf text textbf
operatorname log exp min max argmin argmax left right begin end cdot times approx propto sim leq geq neq in
notin subset mid quad qquad ldots cdots overline underline hat tilde bar vec dot underbrace overbrace
binom forall exists rightarrow leftarrow Rightarrow mapsto circ otimes oplus displaystyle boldsymbol
"""


class UnreadableFormula(Exception):
    """This LaTeX is not shown as a formula; the message ends the sentence that says so."""


def prepare(latex: str) -> str:
    """The same formula in the LaTeX that math-core reads; raises `UnreadableFormula` for what it must not get."""
    latex = latex.strip()
    if not latex:
        raise UnreadableFormula("it is empty.")
    if len(latex) > LONGEST:
        raise UnreadableFormula(f"it is longer than {LONGEST} characters.")
    if _DEFINES.search(latex):
        raise UnreadableFormula("new commands cannot be defined here.")
    _check_depth(latex)
    _check_fences(latex)
    latex = _ENVIRONMENT.sub(lambda found: rf"\{found[1]}{{{ENVIRONMENTS[found[2]]}}}", latex)
    latex = _EQUATION.sub("", latex)
    latex = _EQNARRAY[0].sub(r"\\begin{array}{rcl}", latex)
    latex = _EQNARRAY[1].sub(r"\\end{array}", latex)
    latex = _UNNUMBERED.sub("", latex)
    latex = _TAG.sub(lambda found: rf"\qquad\text{{{found[2] if found[1] else f'({found[2]})'}}}", latex)
    while (rewritten := _MATH_IN_TEXT.sub(r"\1}\2\\text{", latex)) != latex:
        latex = rewritten
    return latex


def _check_depth(latex: str) -> None:
    depth = 0
    for found in _DEEPER.finditer(_ESCAPED.sub("", latex)):
        depth += -1 if found[1] else 1
        if depth > DEEPEST:
            raise UnreadableFormula(f"it has more than {DEEPEST} groups inside one another.")


def _check_fences(latex: str) -> None:
    unclosed = 0
    for found in _FENCES.finditer(latex):
        if found["close"]:
            unclosed = max(0, unclosed - 1)
        elif found["open"]:
            unclosed += 1
    if unclosed > UNCLOSED:
        raise UnreadableFormula("too many of its brackets are opened and never closed.")


def explain(error: str) -> str:
    """math-core's objection in words that help the person who wrote the formula."""
    said = error.partition(": ")[2] or error
    if found := re.match(r'Unknown command "\\+(.*)"', said):
        near = get_close_matches(found[1], [*_KNOWN.split(), *MACROS], n=1, cutoff=0.8)
        return f"the command \\{found[1]} is not known here" + (f"; \\{near[0]} is." if near else ".")
    if found := re.match(r'Unknown environment "(.*)"', said):
        return f"the environment {found[1]} is not known here."
    if found := re.match(r'Expected closing token "(.*)", but reached end', said):
        return f"{found[1]} is missing at its end."
    if "reached end of input" in said:
        return "something is missing at its end."
    if said.startswith('Found "&"'):
        return "the sign & has a meaning only inside aligned, cases or a matrix."
    return said[:1].lower() + said[1:]
