"""How long texts take: `python tests/bench/render.py`. Prints milliseconds of processor time; fails on nothing."""

import sys
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from readlist_site.base.text import MAX_LENGTH, diff, plain, render  # noqa: E402
from tests.base.text.papers import FORMULAS  # noqa: E402

ANSWER = (
    "β, the leash to the reference policy: the KL-constrained objective of RLHF, solved straight on pairs. "
    f"Smaller goes further; TRL starts at $0.1$.\n\n$${FORMULAS['DPO']}$$\n\n"
    "- If `rewards/chosen` falls while `rewards/margins` rises, you push both down.\n- Watch $D_{\\text{KL}}$.\n"
)
TEXTS = {
    "a sentence": "They answer different questions. The learning rate says how fast you get somewhere.",
    "an answer": ANSWER,
    "every formula of the papers": "\n\n".join(f"$$\n{latex}\n$$" for latex in FORMULAS.values()),
    "the longest text": (ANSWER * 60)[:MAX_LENGTH].rpartition("\n")[0],
    "the longest list": "- A short item of a list.\n" * 769,
    "code": "```python\n" + "for beta in (0.01, 0.1):  # sweep\n    train(beta=beta)\n" * 60 + "```",
    "a formula that takes too long": "$" + r"\lAngle" * 28 + "$",
    "brackets beyond the bound": "[" * MAX_LENGTH,
    "brackets below the bound": "[a] b * " * 1_900,
}


def milliseconds(work, times: int = 5) -> float:
    """The quickest of a few runs, by the clock of this process."""
    taken = []
    for _ in range(times):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return min(taken) * 1000


if __name__ == "__main__":
    start = perf_counter()
    render("$x$")
    print(f"{(perf_counter() - start) * 1000:8.1f}  by the clock, the first formula of a process")  # noqa: T201
    print("  render    here    diff   plain   text (diff: here alone)")  # noqa: T201
    for name, source in TEXTS.items():
        html = render(source).html
        other = render(source.replace("the", "a").replace("0.1", "0.2")).html
        row = [
            min(render(source).cpu_seconds for _ in range(5)) * 1000,
            milliseconds(lambda source=source: render(source)),
            milliseconds(lambda html=html, other=other: diff(html, other)),
            milliseconds(lambda html=html: plain(html)),
        ]
        print("".join(f"{value:8.1f}" for value in row), f"  {name} ({len(source)} characters)")  # noqa: T201
