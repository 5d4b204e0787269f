"""The accepted answer that the front page shows to visitors."""

from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from readlist_site.base.text import render

FORMULA = r"$$\mathcal{B}_{\mathrm{simple}}=\frac{\mathrm{tr}(\Sigma)}{|G|^2}$$"


@dataclass(frozen=True)
class ExampleAnswer:
    """One answer of a summary of the shipped list: it is in the demo group's playbook."""

    prompt: str
    answer_html: str
    about: str


def example_answer() -> ExampleAnswer:
    """Returns the example in the active language. It is rendered once a process and language."""
    return _example(get_language())


@cache
def _example(language: str | None) -> ExampleAnswer:
    text = _(
        "Batch size, read off the gradients instead of swept:\n\n%(formula)s\n\n"
        "Well below it, doubling the batch halves the steps. Well above it, it only doubles the cost."
    )
    return ExampleAnswer(
        _("What knob does this give me?"),
        render(text % {"formula": FORMULA}).html,
        _(
            "From a summary of “Training Dynamics & Optimization at Scale”, based on An Empirical Model of Large-Batch "
            "Training"
        ),
    )
