"""Summaries on experiments and on continual training."""

from groups.demo.listed import BITTER_LESSON, CONTINUAL, EXPERIMENTS, FORGETTING, RECIPE
from groups.demo.shapes import (
    HOLDS,
    NOT_SURE,
    DemoClaim,
    DemoReview,
    DemoReviewDraft,
    DemoReviewEdit,
    DemoRevision,
    DemoSummary,
    DemoText,
)

PRIYA_ON_EXPERIMENTS = DemoSummary(
    "priya",
    EXPERIMENTS,
    (
        DemoRevision(
            "4 19:45",
            DemoText(
                knob=r"""The order in which complexity enters: look at the data, overfit one batch, regularise, then
tune; one change per run, and a guess written down before it.""",
                fails=r"""With one seed. Two means of $n$ runs with spread $s$ differ only if

$$|\bar a-\bar b|>2s\sqrt{2/n}$$

And where scale decides: a trick that wins at 100 M may lose at 10 B.""",
                metric=r"""Days until a wrong idea is dead: down. The loss at step 0 already tells you: $\ln V$ for a
vocabulary of $V$, or something was wrong before you began.""",
                based_on=(RECIPE, BITTER_LESSON),
            ),
            reviews=(
                DemoReview(
                    "ada",
                    claimed_at="3 20:00",
                    at="2 20:35",
                    approves=True,
                    verdicts=(
                        (HOLDS, "The guess written down is the part everybody skips, me included."),
                        HOLDS,
                        (HOLDS, r"For 50,257 tokens that is 10.8. I check it on every new code base."),
                    ),
                    overall="The rare answer to “which metric” that is about us and not about the model.",
                    edit=DemoReviewEdit(
                        at="2 21:30",
                        approves=True,
                        verdicts=(
                            (HOLDS, "The guess written down is the part everybody skips, me included."),
                            (HOLDS, "Read it again: with five seeds that is 1.3 spreads, more than most gains I see."),
                            (HOLDS, r"For 50,257 tokens that is 10.8. I check it on every new code base."),
                        ),
                        overall="The rare answer to “which metric” that is about us and not about the model.",
                    ),
                ),
            ),
            # The claim expires within a day after the demo is created.
            claims=(
                DemoClaim(
                    "jonas",
                    "50h",
                    draft=DemoReviewDraft(
                        at="49h",
                        verdicts=(
                            HOLDS,
                            (NOT_SURE, "Where does the 2 come from? And is $s$ the same for both"),
                            "",
                        ),
                    ),
                ),
            ),
        ),
    ),
)

MEI_LING_ON_FORGETTING = DemoSummary(
    "meiling",
    CONTINUAL,
    (
        DemoRevision(
            "20 08:40",
            DemoText(
                knob=r"""$\lambda$, how stiffly old weights are held, each by its Fisher information for
the old task $A$:

$$\mathcal{L}(\theta)=\mathcal{L}_B(\theta)+\sum_i\frac{\lambda}{2}F_i\left(\theta_i-\theta^*_{A,i}\right)^2$$""",
                fails=r"""$F$ is diagonal and taken at one point, so importance that lies in combinations of
weights is missed. After many tasks everything is stiff. Without data of $A$ there is no $F$.""",
                metric=r"""Accuracy on $A$ after training on $B$: up; on $B$: a little down. In post-training,
the drop on public benchmarks that InstructGPT calls the alignment tax.""",
                based_on=(FORGETTING,),
            ),
            reviews=(
                DemoReview(
                    "ada",
                    claimed_at="19 09:00",
                    at="19 20:10",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        (HOLDS, "At our size we mix old data back in instead. It is the same knob with a larger bill."),
                        HOLDS,
                    ),
                ),
                DemoReview(
                    "priya",
                    claimed_at="19 18:50",
                    at="18 21:00",
                    approves=True,
                    verdicts=(
                        (
                            HOLDS,
                            r"Reads like a spring on each weight: $F_i$ its stiffness, $\theta^*_{A,i}$ its place.",
                        ),
                        HOLDS,
                        HOLDS,
                    ),
                    overall="The link between a 2016 paper on games and what we do each month was new to me.",
                ),
            ),
        ),
    ),
)

WRITTEN = (PRIYA_ON_EXPERIMENTS, MEI_LING_ON_FORGETTING)
