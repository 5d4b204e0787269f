"""The unsubmitted drafts of the demo group."""

from .listed import DATA, DYNAMICS, EVALUATION, FAULTY_REWARDS, HELM, KAPLAN, MISALIGNMENT, PILE, RED_TEAMING
from .shapes import DemoDraft, DemoPostDraft, DemoText

DRAFTS = (
    DemoDraft(
        "priya",
        EVALUATION,
        "1 19:05",
        DemoText(
            knob=r"""The slice. Report *scenario × metric* cells instead of one mean, and weight them by what you
ship: $\bar m=\sum_s w_s m_s$. The weights $w_s$ are the knob; HELM only makes you say them aloud.""",
            fails=r"""When a judge model shares the taste of the model it judges: longer and more hedged wins.
And when the test set leaked: then every slice moves together and tells you nothing.""",
            metric="Worst-slice accuracy, and calibration.",
            based_on=(HELM, RED_TEAMING),
        ),
    ),
    DemoDraft(
        "meiling",
        EVALUATION,
        "2 13:20",
        DemoText(
            knob=r"""The weight of each scenario in the mean. With equal weights a scenario of 50 items counts as
much as one of 5,000, and its standard error $\sqrt{p(1-p)/50}$ goes into the mean with it.""",
            fails="",
            metric="",
            based_on=(HELM,),
        ),
    ),
    DemoDraft(
        "tomas",
        DYNAMICS,
        "3 23:10",
        DemoText(
            knob=r"""Model size first. Kaplan’s power law, with everything else in surplus:

$$L(N)=\left(\frac{N_c}{N}\right)^{\alpha_N},\qquad \alpha_N\approx 0.076$$

Double $N$: the loss drops by 5 %.""",
            fails="Outside the range of the fit. Which is where I want to use it.",
            metric="",
            based_on=(KAPLAN,),
        ),
    ),
    DemoDraft(
        "jonas",
        MISALIGNMENT,
        "2 21:00",
        DemoText(
            knob="What the reward pays for. CoastRunners paid for targets hit, and got a boat that circles and burns.",
            fails="",
            metric="",
            based_on=(FAULTY_REWARDS,),
        ),
    ),
    DemoDraft(
        "ada",
        DATA,
        "4 20:40",
        DemoText(
            knob="",
            fails="",
            metric="Bits per byte by component? Ask Tomás how he splits it.",
            based_on=(PILE,),
        ),
    ),
)

TYPED = (
    DemoPostDraft(
        "priya",
        "1 19:10",
        "Before we vote: could each of you say which batch size you ran at, and how many steps? I would put it into a "
        "table first. Mine:\n\n| run | batch | steps |\n|---|---|---|\n| a | 256 | 40,000 |\n| b | 2,048 |",
        thread="Does a larger batch hurt the final loss?",
    ),
    DemoPostDraft(
        "tomas",
        "1 18:15",
        "Ours are split by source, and the split we report is not the one we train on. Does anybody keep",
        title="DemoClaim-out data: split by document or by source?",
    ),
)
