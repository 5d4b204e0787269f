"""Prepares LaTeX, as people paste it from papers, for math-core, or rejects it with a reason.

Numbering and labels have no meaning in a note: numbered environments are replaced by unnumbered ones, labels are
removed, and a tag is written beside its formula."""

from __future__ import annotations

import re
from difflib import get_close_matches

from .latex_macros import MACROS

MAX_LENGTH = 2_000  # characters of one formula
MAX_DEPTH = 50  # groups inside groups
MAX_UNCLOSED = 8  # math-core's time doubles with each unclosed bracket

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
    r"\\(?:left|right)(?![a-z])\s*\\?."  # not counted: math-core reports unpaired ones
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
    """This LaTeX is shown as source. The message is the end of the sentence that explains why."""


def prepare(latex: str) -> str:
    """Returns the formula as LaTeX that math-core can read. Raises UnreadableFormula if it is empty, too long or
    unsafe."""
    latex = latex.strip()
    if not latex:
        raise UnreadableFormula("it is empty.")
    if len(latex) > MAX_LENGTH:
        raise UnreadableFormula(f"it is longer than {MAX_LENGTH} characters.")
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
        if depth > MAX_DEPTH:
            raise UnreadableFormula(f"it has more than {MAX_DEPTH} groups inside one another.")


def _check_fences(latex: str) -> None:
    unclosed = 0
    for found in _FENCES.finditer(latex):
        if found["close"]:
            unclosed = max(0, unclosed - 1)
        elif found["open"]:
            unclosed += 1
    if unclosed > MAX_UNCLOSED:
        raise UnreadableFormula("too many of its brackets are opened and never closed.")


def explain(error: str) -> str:
    """Returns math-core's error message in words for the author of the formula."""
    message = error.partition(": ")[2] or error
    if match := re.match(r'Unknown command "\\+(.*)"', message):
        similar = get_close_matches(match[1], [*_KNOWN.split(), *MACROS], n=1, cutoff=0.8)
        return f"the command \\{match[1]} is not known here" + (f"; \\{similar[0]} is." if similar else ".")
    if match := re.match(r'Unknown environment "(.*)"', message):
        return f"the environment {match[1]} is not known here."
    if match := re.match(r'Expected closing token "(.*)", but reached end', message):
        return f"{match[1]} is missing at its end."
    if "reached end of input" in message:
        return "something is missing at its end."
    if message.startswith('Found "&"'):
        return "the sign & has a meaning only inside aligned, cases or a matrix."
    return message[:1].lower() + message[1:]
