"""Summaries on training dynamics: two accepted ones, and one with changes requested."""

from groups.demo.listed import CHINCHILLA, CS25, DYNAMICS, KAPLAN, LARGE_BATCH, NOISE_SCALE, SCALING_POST
from groups.demo.shapes import (
    HOLDS,
    NEEDS_WORK,
    NOT_SURE,
    DemoClaim,
    DemoReview,
    DemoReviewDraft,
    DemoRevision,
    DemoSummary,
    DemoText,
)

ADA = DemoSummary(
    "ada",
    DYNAMICS,
    (
        DemoRevision(
            "24 20:30",
            DemoText(
                knob=r"""Batch size, read off the gradients instead of swept:

$$\mathcal{B}_{\mathrm{simple}}=\frac{\mathrm{tr}(\Sigma)}{|G|^2}$$

Well below it, doubling the batch halves the steps. Well above it, it only doubles the bill.""",
                fails=r"""It moves: as the loss falls $|G|$ shrinks, and the scale grows by an order of
magnitude. It also takes the Hessian for a multiple of the identity; with Adam it is a guide, not a number.""",
                metric=r"""Steps $S$ and examples $E$ to one loss: $(S/S_{\min}-1)(E/E_{\min}-1)=1$. At the
critical batch you pay twice the least of either.""",
                based_on=(NOISE_SCALE, CS25),
            ),
            reviews=(
                DemoReview(
                    "jonas",
                    claimed_at="23 20:00",
                    at="23 21:35",
                    approves=True,
                    verdicts=(
                        (
                            HOLDS,
                            r"How I measure it: gradient norms at two batch sizes, from the all-reduce we do anyway. "
                            r"It costs nothing.",
                        ),
                        HOLDS,
                        HOLDS,
                    ),
                ),
                DemoReview(
                    "priya",
                    claimed_at="22 18:10",
                    at="21 19:25",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        (
                            HOLDS,
                            "So one measured at step 1,000 is too small for the end of the run. That surprised me.",
                        ),
                        (HOLDS, r"I put in $S=2S_{\min}$ and got $E=2E_{\min}$. The hyperbola made it click."),
                    ),
                    overall="I could act on this tomorrow, which is how I read “knob”.",
                ),
            ),
        ),
    ),
)

JONAS = DemoSummary(
    "jonas",
    DYNAMICS,
    (
        DemoRevision(
            "17 21:50",
            DemoText(
                knob=r"""Tokens per parameter, at a fixed bill of $C\approx 6ND$:

$$L(N,D)=1.69+\frac{406.4}{N^{0.34}}+\frac{410.7}{D^{0.28}}$$

Two of the paper’s three fits say: grow $N$ and $D$ alike, about 20 tokens per parameter.""",
                fails=r"""When inference is the bill: a smaller model on more tokens is cheaper. When tokens
repeat: the fit saw fresh ones. When the cosine is a quarter longer than the run.""",
                metric=r"""Loss at equal FLOPs: down. Here MMLU followed (Gopher 60.0, Chinchilla 67.5), but
nothing in $L(N,D)$ says that it must.""",
                based_on=(CHINCHILLA, KAPLAN, CS25),
            ),
            reviews=(
                DemoReview(
                    "tomas",
                    claimed_at="16 21:00",
                    at="15 22:10",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        (
                            HOLDS,
                            "The cosine is what the paper blames for Kaplan’s other exponent. Good that it is here.",
                        ),
                        HOLDS,
                    ),
                ),
                DemoReview(
                    "meiling",
                    claimed_at="15 08:20",
                    at="14 10:40",
                    approves=True,
                    verdicts=(
                        (
                            HOLDS,
                            r"With 0.34 and 0.28 this very formula gives $N\propto C^{0.45}$; the 20 comes from the "
                            r"other two fits. You say “two of three”, so it holds, but what you show is the third.",
                        ),
                        HOLDS,
                        HOLDS,
                    ),
                    overall="Carefully put. I would quote it with my remark on the exponents beside it.",
                ),
            ),
        ),
    ),
)

MEI_LING = DemoSummary(
    "meiling",
    DYNAMICS,
    (
        DemoRevision(
            "5 08:05",
            DemoText(
                knob=r"""Batch size once more, but for where training ends. Keskar and others measure how far the
loss rises in a small box around the end point:

$$\phi=100\cdot\frac{\max_{y\in\mathcal{C}_\epsilon}f(x+Ay)-f(x)}{1+f(x)}$$""",
                fails=r"""Sharpness is not invariant: scale one ReLU layer up and the next one down, and
$\phi$ changes while the function does not.""",
                metric=r"""Test accuracy at equal training loss: a tenth of the data as one batch ends lower
than 256 examples do.""",
                based_on=(LARGE_BATCH, NOISE_SCALE, SCALING_POST),
            ),
            reviews=(
                DemoReview(
                    "tomas",
                    claimed_at="4 21:40",
                    at="3 22:15",
                    approves=False,
                    verdicts=(
                        HOLDS,
                        (
                            NEEDS_WORK,
                            "This says when the *measure* fails. When does the *effect* fail? Retune the learning "
                            "rate, warm up, train as many steps: is the gap still there?",
                        ),
                        (
                            NOT_SURE,
                            "These are small image classifiers, many epochs. We see each token once, so training loss "
                            "is test loss. Does any of it carry over?",
                        ),
                    ),
                    overall="Ada’s accepted answer says a batch under the noise scale costs nothing but hardware. "
                    "Yours says it costs accuracy. Both may be right, but under different conditions: name them.",
                ),
            ),
            claims=(
                DemoClaim(
                    "priya",
                    "1 18:05",
                    draft=DemoReviewDraft(
                        at="1 18:50",
                        verdicts=(
                            (HOLDS, "The box is a good picture. I would say how small: they take $10^{-3}$."),
                            (NEEDS_WORK, "Agree with Tomás. Also: does $A$ make it a random"),
                            "",
                        ),
                    ),
                ),
            ),
        ),
    ),
)

WRITTEN = (ADA, JONAS, MEI_LING)
