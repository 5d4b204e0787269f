"""Summaries on evaluation and on data: one accepted, one in review, one that nobody has claimed yet."""

from groups.demo.listed import BEYOND_ACCURACY, COOKBOOK, DATA, EVALUATION, HELM, PILE, RED_TEAMING
from groups.demo.shapes import HOLDS, DemoClaim, DemoReview, DemoRevision, DemoSkip, DemoSummary, DemoText

ADA = DemoSummary(
    "ada",
    EVALUATION,
    (
        DemoRevision(
            "8 20:45",
            DemoText(
                knob=r"""Which cells you report. HELM fills scenarios × metrics instead of one score; calibration is
one of its seven metrics:

$$\mathrm{ECE}=\sum_{m=1}^{M}\frac{|B_m|}{n}\left|\mathrm{acc}(B_m)-\mathrm{conf}(B_m)\right|$$""",
                fails=r"""When slices are picked after the run. When test items were in the training data: no
cell shows it. When $n$ is small: at $n=200$ a rate is known to ±7 points.""",
                metric=r"""Worst-slice accuracy: up; the mean may fall, and that is the price. Mean win rate
isn’t one: add a model and everybody’s changes.""",
                based_on=(HELM, RED_TEAMING),
            ),
            reviews=(
                DemoReview(
                    "tomas",
                    claimed_at="8 21:30",
                    at="7 22:30",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        (HOLDS, r"$1.96\sqrt{0.25/200}=0.069$. Checked."),
                        (HOLDS, "I would hang this over our leaderboard."),
                    ),
                ),
                DemoReview(
                    "meiling",
                    claimed_at="6 09:00",
                    at="5 12:20",
                    approves=True,
                    verdicts=(
                        (
                            HOLDS,
                            "ECE depends on how the bins are cut, by width or by mass. Say which, when you report it.",
                        ),
                        HOLDS,
                        HOLDS,
                    ),
                ),
            ),
        ),
    ),
)

TOMAS = DemoSummary(
    "tomas",
    EVALUATION,
    (
        DemoRevision(
            "1 08:10",
            DemoText(
                knob=r"""The form of a test. CheckList has three: minimum function, invariance, direction. Say what
must not change and what must, then generate cases from templates.""",
                fails=r"""Templates test the templates: 200 cases off one pattern are one case, 200 times, and
the interval below lies. Red teamers find what they set out to find.""",
                metric=r"""Failure rate per capability, with its interval, not accuracy:

$$\hat p\pm 1.96\sqrt{\hat p(1-\hat p)/n}$$

Down, test by test. A sentiment model can score 90 and fail a whole set of negations.""",
                based_on=(BEYOND_ACCURACY, RED_TEAMING, HELM),
            ),
            claims=(DemoClaim("ada", "1 12:30"), DemoClaim("meiling", "1 15:10")),
        ),
    ),
)

TOMAS_ON_DATA = DemoSummary(
    "tomas",
    DATA,
    (
        DemoRevision(
            "2 22:05",
            DemoText(
                knob=r"""Mixture weights. The Pile sets them by hand, as epochs $e_i$ over each of 22 parts of size
$s_i$: Wikipedia 3, PubMed Central 2, Pile-CC 1.

$$w_i=\frac{e_i s_i}{\sum_j e_j s_j}$$""",
                fails=r"""When parts overlap: a page in two of them counts twice, whatever $w$ says. When the
weights were tuned on the metric you then report. (“Data Selection” links to ST-MoE; I rely on The Pile.)""",
                metric=r"""Bits per byte of each part, not the pooled loss: $\ell\,(L_T/L_B)/\ln 2$. It lets two
tokenizers be compared. Down on the part you raised, up elsewhere.""",
                based_on=(PILE, COOKBOOK),
            ),
            skips=(DemoSkip("meiling", "1 09:00", "time", "Travelling until Sunday."),),
        ),
    ),
)

WRITTEN = (ADA, TOMAS, TOMAS_ON_DATA)
