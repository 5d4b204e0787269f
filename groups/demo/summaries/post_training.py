"""Summaries on post-training: three accepted ones, and one in its second review round."""

from groups.demo.listed import DPO, GRPO, HUMAN_PREFERENCES, POST_TRAINING, RLHF_BOOK, TRL
from groups.demo.shapes import (
    ADDRESSED,
    DISAGREE,
    HOLDS,
    NEEDS_WORK,
    DemoClaim,
    DemoComment,
    DemoMessage,
    DemoReply,
    DemoReview,
    DemoRevision,
    DemoSummary,
    DemoText,
)

ADA = DemoSummary(
    "ada",
    POST_TRAINING,
    (
        DemoRevision(
            "37 20:15",
            DemoText(
                knob=r"""What a nat of divergence costs:

$$\max_\pi\ \mathbb{E}_{y\sim\pi}\left[r_\phi(x,y)\right]-\beta\,\mathrm{KL}\left(\pi\,\|\,\pi_{\mathrm{ref}}\right)$$

Stopping early turns the same knob by time. PPO’s clip $\varepsilon$ limits one update, not the run.""",
                fails=r"""Where the reward model is asked about text it never saw: past some KL the
proxy climbs on while people’s preference drops. It happens sooner with a small reward model or few comparisons.""",
                metric=r"""Preference by people against $\sqrt{\mathrm{KL}}$: up, then down. The proxy
only goes up, so it can’t tell you when to stop.""",
                based_on=(RLHF_BOOK, HUMAN_PREFERENCES),
            ),
            reviews=(
                DemoReview(
                    "jonas",
                    claimed_at="36 19:00",
                    at="36 21:10",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        HOLDS,
                        (HOLDS, "The second sentence is the one I will remember."),
                    ),
                    overall="Short enough to say aloud, and each answer has a condition in it. Approved.",
                ),
                DemoReview(
                    "meiling",
                    claimed_at="36 09:30",
                    at="35 13:05",
                    approves=True,
                    verdicts=(
                        (
                            HOLDS,
                            r"One caution for later readers: $\beta$ here multiplies a KL over whole answers; per "
                            r"token the same number means something else.",
                        ),
                        HOLDS,
                        (
                            HOLDS,
                            r"The axis is worth keeping: over $\sqrt{\mathrm{KL}}$ the fitted curves are simple ones.",
                        ),
                    ),
                ),
            ),
        ),
    ),
)

MEI_LING = DemoSummary(
    "meiling",
    POST_TRAINING,
    (
        DemoRevision(
            "30 07:50",
            DemoText(
                knob=r"""The comparisons: who compares, which prompts, whose answers. The reward model fits only

$$p(y_w\succ y_l\mid x)=\sigma\left(r_\phi(x,y_w)-r_\phi(x,y_l)\right)$$

so a score says nothing across prompts: add any $c(x)$ and the loss is the same.""",
                fails=r"""When labellers disagree for good reasons: there is one scale for all of them.
InstructGPT’s agreed on 73 % of pairs; a model surer than that has learned something else, often length.""",
                metric=r"""Accuracy on held-out pairs, split by labeller and by difference in length. Not
win rate: that belongs to the policy trained on it.""",
                based_on=(RLHF_BOOK, HUMAN_PREFERENCES),
            ),
            reviews=(
                DemoReview(
                    "tomas",
                    claimed_at="29 21:30",
                    at="29 22:20",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        (HOLDS, "Checked on ours: the longer answer wins 68 % of pairs. So yes, length."),
                        HOLDS,
                    ),
                ),
                DemoReview(
                    "ada",
                    claimed_at="28 09:10",
                    at="27 18:45",
                    approves=True,
                    verdicts=(
                        (HOLDS, r"The $c(x)$ remark saves somebody a week of comparing means between prompt sets."),
                        HOLDS,
                        (HOLDS, "Split by length: that should be on our dashboard, too."),
                    ),
                    overall="The comparisons as the knob, not the model that fits them: I had not seen it that way.",
                ),
            ),
            removed_at="9 09:10",
        ),
    ),
)

_GRPO_KNOB = r"""The group size $G$. GRPO drops the critic and scores an answer against its siblings:

$$\hat A_i=\frac{r_i-\mathrm{mean}(r_1,\dots,r_G)}{\mathrm{std}(r_1,\dots,r_G)}$$

The paper takes 64: one value network less in memory, 64 rollouts per prompt."""

TOMAS = DemoSummary(
    "tomas",
    POST_TRAINING,
    (
        DemoRevision(
            "32 22:40",
            DemoText(
                knob=_GRPO_KNOB,
                fails="When the prompts are too easy or too hard.",
                metric="Accuracy goes up. Gradient variance goes down.",
                based_on=(GRPO, RLHF_BOOK),
            ),
            reviews=(
                DemoReview(
                    "ada",
                    claimed_at="32 23:05",
                    at="31 20:30",
                    approves=False,
                    verdicts=(
                        HOLDS,
                        (
                            NEEDS_WORK,
                            r"Too easy for whom, and what happens then? Put $r_1=\dots=r_G$ into your own formula and "
                            r"say what you get.",
                        ),
                        (
                            NEEDS_WORK,
                            "Which accuracy: one sample, the majority of many, or any of many? The paper finds that "
                            "they part ways.",
                        ),
                    ),
                    overall="The first answer is the best description of GRPO I have read in three lines. The other "
                    "two are not yet of use at two in the morning.",
                ),
            ),
        ),
        DemoRevision(
            "29 19:10",
            DemoText(
                knob=_GRPO_KNOB,
                fails=r"""When all $G$ answers earn the same reward, every $\hat A_i$ is zero: the prompt
teaches nothing. When nearly all do, a tiny std makes one odd answer shout.""",
                metric=r"""Maj@K goes up, Pass@K hardly: it sharpens what was there. Watch the share of
groups without spread: it grows as training works.""",
                based_on=(GRPO, RLHF_BOOK),
            ),
            why="Put equal rewards into the formula, and said which accuracy.",
            replies=(
                DemoReply("ada", 1, ADDRESSED, r"Did so: every $\hat A_i$ is zero, and the prompt teaches nothing."),
                DemoReply(
                    "ada", 2, ADDRESSED, "Maj@K. And one more thing to watch, which I only saw through your question."
                ),
            ),
            reviews=(
                DemoReview(
                    "ada",
                    claimed_at="29 19:40",
                    at="28 21:15",
                    approves=True,
                    verdicts=(HOLDS, (HOLDS, "“Shout” is right: it is a weight of about √G."), HOLDS),
                    overall="All that I asked for, and the last sentence is one I didn’t know to ask for.",
                ),
                DemoReview(
                    "priya",
                    claimed_at="28 18:20",
                    at="27 20:05",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        (HOLDS, "Is that why some people filter the prompts by pass rate before they train?"),
                        (HOLDS, "I had to look up Maj@K: the majority vote of K samples. Perhaps say so once."),
                    ),
                ),
            ),
        ),
    ),
)

_DPO_KNOB = r"""$\beta$, the leash to the reference: RLHF’s constrained objective, solved straight on pairs.

$$\mathcal{L}=-\mathbb{E}\left[\log\sigma\left(\beta\log\frac{\pi_\theta(y_w\mid x)}{\pi_{\mathrm{ref}}(y_w\mid x)}-\beta\log\frac{\pi_\theta(y_l\mid x)}{\pi_{\mathrm{ref}}(y_l\mid x)}\right)\right]$$

Smaller goes further; TRL starts at 0.1."""  # noqa: E501

JONAS = DemoSummary(
    "jonas",
    POST_TRAINING,
    (
        DemoRevision(
            "6 22:40",
            DemoText(
                knob=_DPO_KNOB,
                fails=r"""When $\beta$ is too small. Also off-policy: pairs from another model teach the gap,
not the behaviour.""",
                metric="Win rate against the SFT model, and the training margin. Answers also get longer.",
                based_on=(DPO, TRL),
            ),
            reviews=(
                DemoReview(
                    "priya",
                    claimed_at="5 19:00",
                    at="4 20:50",
                    approves=False,
                    verdicts=(
                        HOLDS,
                        (NEEDS_WORK, "“Too small” is not a condition. At what kind of data does β stop helping?"),
                        (NEEDS_WORK, "Which direction, and measured against what?"),
                    ),
                    on_words=(
                        DemoComment(1, "pairs from another model", "Any other model, or one that is much stronger?"),
                    ),
                    overall="I followed the formula term by term and it holds. For the other two I could not tell what "
                    "I would do differently on Monday.",
                ),
            ),
            claims=(DemoClaim("ada", "2 09:15"),),
            messages=(
                DemoMessage(
                    "priya",
                    2,
                    "priya",
                    "1 19:10",
                    "Thursday it is. Until then: who judges the win rate, people or a model? Length control repairs "
                    "only the second.",
                ),
                DemoMessage("priya", 2, "jonas", "1 19:25", "A model, 500 prompts, each pair in both orders."),
                DemoMessage(
                    "priya",
                    2,
                    "ada",
                    "2h",
                    "Both orders matters more than length in ours. It belongs in the answer.",
                ),
            ),
        ),
        DemoRevision(
            "1 18:40",
            DemoText(
                knob=_DPO_KNOB,
                fails=r"""When labels are nearly deterministic: the reward has no bound, $\beta$ stops holding, even
the chosen answer loses likelihood. Also off-policy: pairs from another model teach what this policy never does.""",
                metric=r"""Win rate against the SFT model **at equal KL**, length-controlled, not the training
margin. If the chosen reward falls while the margin rises, you push both down.""",
                based_on=(DPO, TRL),
            ),
            why="It is the labels, not β: named the condition, and what one sees when it fails.",
            replies=(
                DemoReply(
                    "priya",
                    1,
                    ADDRESSED,
                    "You’re right, it is the labels, not β. Rewrote it and named the symptom.",
                ),
                DemoReply(
                    "priya",
                    2,
                    DISAGREE,
                    "Direction and yardstick are in. But win rate stays first: it is what we ship by. Let’s argue on "
                    "Thursday.",
                ),
                DemoReply("priya", None, ADDRESSED),
            ),
            reviews=(
                DemoReview(
                    "ada",
                    claimed_at="",
                    at="3h",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        (HOLDS, "It is the labels, not β. This is the sentence the first revision was looking for."),
                        (HOLDS, "At equal KL is the condition that our own sweep lacked; see the thread."),
                    ),
                    on_words=(
                        DemoComment(
                            2,
                            "you push both down.",
                            "Say what one does then.",
                            "you push both down: stop, or raise $\\beta$.",
                        ),
                    ),
                    overall="I had taken the first revision and waited, since Priya had asked all that I would have.",
                ),
            ),
        ),
    ),
)

WRITTEN = (ADA, MEI_LING, TOMAS, JONAS)
