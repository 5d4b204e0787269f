"""LaTeX commands that papers use and math-core lacks, defined by those it has."""


def _operators(*names: str) -> dict[str, str]:
    return {name: rf"\operatorname{{{name}}}" for name in names}


MACROS: dict[str, str] = {
    # Letters and fonts
    "E": r"\mathbb{E}",
    "EE": r"\mathbb{E}",
    "RR": r"\mathbb{R}",
    "NN": r"\mathbb{N}",
    "ZZ": r"\mathbb{Z}",
    "PP": r"\mathbb{P}",
    "P": r"\mathbb{P}",  # a paragraph sign in text
    "O": r"\mathcal{O}",  # letters with strokes in text
    "L": r"\mathcal{L}",
    "H": r"\mathcal{H}",  # an accent in text
    "Q": r"\mathbb{Q}",
    "C": r"\mathbb{C}",
    "one": r"\mathbb{1}",
    "ind": r"\mathbb{1}",
    "indicator": r"\mathbb{1}",
    "mathds": r"\mathbb{#1}",
    "mathbbm": r"\mathbb{#1}",
    "mathbfit": r"\boldsymbol{#1}",
    "mathbfcal": r"\boldsymbol{\mathcal{#1}}",
    "pmb": r"\boldsymbol{#1}",
    "symup": r"\mathrm{#1}",
    "symit": r"\mathit{#1}",
    "mathnormal": "{#1}",
    "micro": "µ",
    "euro": "€",
    # Names
    **_operators("KL", "JS", "TV", "Var", "Cov", "Tr", "tr", "rank", "diag", "sign", "sgn", "ReLU", "GELU"),
    **_operators("softmax", "sigmoid", "softplus", "clip", "poly", "polylog", "supp", "std", "mean"),
    "relu": r"\operatorname{ReLU}",
    # Fractions, fences and derivatives
    "nicefrac": "{#1}/{#2}",
    "sfrac": "{#1}/{#2}",
    "flatfrac": "{#1}/{#2}",
    "norm": r"\left\lVert #1\right\rVert",
    "abs": r"\left\lvert #1\right\rvert",
    "inner": r"\left\langle #1, #2\right\rangle",
    "ceil": r"\left\lceil #1\right\rceil",
    "floor": r"\left\lfloor #1\right\rfloor",
    "given": r"\mid",
    "defeq": r"\coloneqq",
    "grad": r"\nabla",
    "dd": r"\mathrm{d}",
    "dv": r"\frac{\mathrm{d} #1}{\mathrm{d} #2}",
    "pdv": r"\frac{\partial #1}{\partial #2}",
    # Accents and arrows: narrow instead of wide accents, which browsers render unevenly
    "widetilde": r"\tilde{#1}",
    "widecheck": r"\check{#1}",
    "wideparen": r"\overparen{#1}",
    "utilde": r"\underset{\sim}{#1}",
    "xlongrightarrow": r"\xrightarrow{#1}",
    "xlongleftarrow": r"\xleftarrow{#1}",
    # Text and layout
    "mbox": r"\text{#1}",
    "hbox": r"\text{#1}",
    "substack": r"\begin{subarray}{c}#1\end{subarray}",
    "ensuremath": "{#1}",
    "smash": "{#1}",
    "mathllap": "{#1}",
    "mathrlap": "{#1}",
    "mathclap": "{#1}",
    "llap": r"\text{#1}",
    "rlap": r"\text{#1}",
    "colorbox": "{#2}",
    "mathlarger": "{#1}",
    "hdots": r"\ldots",
    "dotsc": r"\ldots",
    "dotso": r"\ldots",
    "dotsb": r"\cdots",
    "dotsm": r"\cdots",
    "dotsi": r"\cdots",
    "mathellipsis": r"\ldots",
    "hfill": r"\quad",
    "qed": r"\square",
    "strut": "",
    "allowbreak": "",
    "nobreak": "",
    "allowdisplaybreaks": "",
    "centering": "",
    "par": "",
}
