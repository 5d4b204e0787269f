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
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
# What is laid out in a paper, and means nothing here.
_UNSEEN = re.compile(
    r"\\(?:(?:nonumber|notag|displaybreak|tiny|scriptsize|footnotesize|small|normalsize|large|Large)(?![a-zA-Z])"
    r"|vspace\*?\s*\{[^{}]*\})"
)
_ROW_END = re.compile(
    r"\\\\\*?(?:[ \t]*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|px|mu|bp|sp|pc|dd|cc|\\baselineskip|\\jot)\s*\])?"
)
_STARRED = re.compile(r"\\(hspace|cases|dcases|rcases)\*|\\(begin|end)\s*\{([dr]?cases)\*\}")
_INTERTEXT = re.compile(r"\\(?:short)?intertext\s*(\{[^{}]*\})")
_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")
_TEXT = r"\\(?:text(?:rm|bf|it|sf|tt|normal|up|md)?|[mh]box)"
_MATH_IN_TEXT = re.compile(rf"({_TEXT}\s*\{{[^{{}}$]*)\$([^$]*)\$(?=[^{{}}]*\}})")
_TEXT_GROUP = re.compile(rf"({_TEXT}\s*\{{)([^{{}}\\]*(?:\\.[^{{}}\\]*)*)(?=\}})")
_ONLY_MATHS = re.compile(r"\\.|([_#&%])")
_LIMITS = re.compile(r"\\(no)?limits(?![a-zA-Z])\s*")
_MATHOP = re.compile(r"\\mathop\s*$")
_OPERAND = re.compile(r"(?:\\[a-zA-Z]+|\\?\S)$")
_SCRIPT = re.compile(r"\s*([_^])\s*(?=(.))")
_COMMAND = re.compile(r"\\(?:[a-zA-Z]+|.)")
_TOP_LEVEL = re.compile(r"\\(?:begin|left)(?![a-zA-Z])|\\(?:end|right)(?![a-zA-Z])|\\\\|\\.|[{}&]")

_DEFINES = re.compile(
    r"\\(?:[egx]?def|let|global|(?:re)?newcommand|providecommand|DeclareMathOperator|newenvironment)\b"
)
_REFERS = re.compile(
    r"\\(?:(?:eq|page|auto|name|[cC])?ref|[cC]ite[a-zA-Z]*|footnote|bibitem|input|include)(?![a-zA-Z])"
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
    """This LaTeX is shown as source. `reason` names the sentence of `problems.py` that explains why."""

    def __init__(self, reason: str, **values: str | int) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, tuple(values.items())


def has_label(latex: str) -> bool:
    """Returns whether there is a label, which `prepare` leaves out."""
    return bool(_LABEL.search(latex))


def prepare(latex: str, *, display: bool = False) -> str:
    """Returns the formula as LaTeX that math-core can read. Raises UnreadableFormula if it is empty, too long or
    unsafe, or refers to something outside of it."""
    latex = latex.strip()
    if not latex:
        raise UnreadableFormula("empty")
    if len(latex) > MAX_LENGTH:
        raise UnreadableFormula("too_long", most=MAX_LENGTH)
    if _DEFINES.search(latex):
        raise UnreadableFormula("defines")
    if refers := _REFERS.search(latex):
        raise UnreadableFormula("refers", command=refers[0])
    _check_depth(latex)
    _check_fences(latex)
    latex = _ENVIRONMENT.sub(lambda found: rf"\{found[1]}{{{ENVIRONMENTS[found[2]]}}}", latex)
    latex = _EQUATION.sub("", latex)
    latex = _EQNARRAY[0].sub(r"\\begin{array}{rcl}", latex)
    latex = _EQNARRAY[1].sub(r"\\end{array}", latex)
    latex = _UNSEEN.sub("", _LABEL.sub("", latex))
    latex = _ROW_END.sub(r"\\\\ ", latex).strip()
    latex = _STARRED.sub(lambda found: rf"\{found[2]}{{{found[3]}}}" if found[2] else rf"\{found[1]}", latex)
    latex = _INTERTEXT.sub(r"\\text\1\\\\ ", latex)
    latex = _with_limits(latex)
    latex = _TAG.sub(lambda found: rf"\qquad\text{{{found[2] if found[1] else f'({found[2]})'}}}", latex)
    while (rewritten := _MATH_IN_TEXT.sub(r"\1}\2\\text{", latex)) != latex:
        latex = rewritten
    latex = _TEXT_GROUP.sub(lambda found: found[1] + _ONLY_MATHS.sub(_escaped, found[2]), latex)
    return _with_rows(latex) if display else latex


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[1]}{{}}" if found[1] else found[0]  # {} keeps the blank after it


def _with_limits(latex: str) -> str:
    r"""Writes `\mathop{A}\limits_b^c`, and what is like it, with the scripts below and above A, since math-core knows
    limits of its own operators only."""
    at = 0
    while found := _LIMITS.search(latex, at):
        start = _start_of_operand(latex, found.start())
        head = _MATHOP.search(latex[:start])
        if not head:
            at = found.end()
            continue
        operand = latex[start : found.start()].strip()
        written = operand[1:-1] if operand.startswith("{") else operand
        scripts, end = _scripts(latex, found.end())
        if found[1]:
            written = rf"\mathop{{{written}}}" + "".join(f"{sign}{{{script}}}" for sign, script in scripts.items())
        else:
            for sign, command in (("^", "overset"), ("_", "underset")):
                if sign in scripts:
                    written = rf"\{command}{{{scripts[sign]}}}{{{written}}}"
            written = rf"\mathop{{{written}}}"
        latex, at = f"{latex[: head.start()]}{written} {latex[end:]}", head.start() + len(written)
    return latex


def _start_of_operand(latex: str, end: int) -> int:
    """Returns where the group, command or letter before `end` begins; 0 if there is none."""
    before = latex[:end].rstrip()
    if before.endswith("}") and not before.endswith(r"\}"):
        return max(0, _start_of_group(latex, end))
    found = _OPERAND.search(before)
    return found.start() if found else 0


def _start_of_group(latex: str, end: int) -> int:
    """Returns where the group begins that ends before `end`, or -1."""
    depth, at = 0, len(latex[:end].rstrip()) - 1
    while at >= 0:
        is_escaped = at > 0 and latex[at - 1] == "\\"
        if latex[at] == "}" and not is_escaped:
            depth += 1
        elif latex[at] == "{" and not is_escaped:
            depth -= 1
        if depth == 0:
            return at
        at -= 1
    return -1


def _scripts(latex: str, at: int) -> tuple[dict[str, str], int]:
    """Returns the index and the exponent that stand there, and where they end."""
    scripts: dict[str, str] = {}
    while (found := _SCRIPT.match(latex, at)) and found[1] not in scripts:
        start = found.end()
        if latex[start] == "{":
            end = _end_of_group(latex, start)
            scripts[found[1]] = latex[start + 1 : end - 1]
        else:
            command = _COMMAND.match(latex, start)
            end = command.end() if command else start + 1
            scripts[found[1]] = latex[start:end]
        at = end
    return scripts, at


def _end_of_group(latex: str, start: int) -> int:
    depth = 0
    for found in re.finditer(r"\\.|[{}]", latex[start:], re.DOTALL):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return start + found.end()
    return len(latex)


def _with_rows(latex: str) -> str:
    """Puts a displayed formula that has rows without an environment in one."""
    depth, has_rows, is_aligned = 0, False, False
    for found in _TOP_LEVEL.finditer(latex):
        sign = found[0]
        if sign == "{" or sign.startswith((r"\begin", r"\left")):
            depth += 1
        elif sign == "}" or sign.startswith((r"\end", r"\right")):
            depth -= 1
        elif depth == 0 and sign == r"\\":
            has_rows = has_rows or bool(latex[found.end() :].strip())
        elif depth == 0 and sign == "&":
            is_aligned = True
    if not has_rows:
        return latex
    name = "aligned" if is_aligned else "gathered"
    return rf"\begin{{{name}}}{latex}\end{{{name}}}"


def _check_depth(latex: str) -> None:
    depth = 0
    for found in _DEEPER.finditer(_ESCAPED.sub("", latex)):
        depth += -1 if found[1] else 1
        if depth > MAX_DEPTH:
            raise UnreadableFormula("too_deep", most=MAX_DEPTH)


def _check_fences(latex: str) -> None:
    unclosed = 0
    for found in _FENCES.finditer(latex):
        if found["close"]:
            unclosed = max(0, unclosed - 1)
        elif found["open"]:
            unclosed += 1
    if unclosed > MAX_UNCLOSED:
        raise UnreadableFormula("unclosed")


Values = tuple[tuple[str, str | int], ...]

# math-core's messages, and the sentences of `problems.py`.
_MESSAGES = (
    (re.compile(r'Unknown environment "(?P<name>.*)"'), "environment"),
    (re.compile(r'Expected closing token "(?P<sign>.*)", but reached end'), "missing_end"),
    (re.compile(r".*reached end of input"), "missing"),
    (re.compile(r'Unmatched closing token: "(?P<sign>.*)"'), "not_opened"),
    (re.compile(r'Found "&"'), "ampersand"),
    (re.compile(r"Duplicate subscript or superscript"), "scripts"),
    (re.compile(r'Found "\\limits"'), "limits"),
    (re.compile(r"Not valid in math mode"), "only_text"),
    (re.compile(r"Not valid in text mode"), "only_maths"),
    (re.compile(r'Expected "(?P<end>.*)", but found "(?P<found>.*)"'), "mismatched_end"),
    (re.compile(r"Expected column specification"), "columns"),
)


def explain(error: str) -> tuple[str, Values]:
    """Returns the name of the sentence that tells the author of the formula what math-core's error is, with its
    values."""
    message = error.partition(": ")[2] or error
    if found := re.match(r'Unknown command "\\+(.*)"', message):
        command = (("command", f"\\{found[1]}"),)
        if similar := get_close_matches(found[1], [*_KNOWN.split(), *MACROS], n=1, cutoff=0.8):
            return "similar_command", (*command, ("similar", f"\\{similar[0]}"))
        return "command", command
    for pattern, reason in _MESSAGES:
        if found := pattern.match(message):
            return reason, tuple(found.groupdict().items())
    return "unreadable", ()
