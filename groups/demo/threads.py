"""The threads of the demo group."""

from .listed import DATA_SELECTION, DISTRIBUTED, DYNAMICS, EVALUATION, POST_TRAINING
from .shapes import DemoPost, DemoThread

BETA = DemoThread(
    "β keeps losing to the learning rate: are we tuning the wrong knob?",
    about=("topic", POST_TRAINING),
    posts=(
        DemoPost(
            "tomas",
            "4 19:12",
            "I swept β from 0.01 to 0.5 on our 7B and the win rate moved by two points. Then I halved the learning "
            "rate and it moved by six. So what exactly does β give me that the learning rate doesn’t?",
            plot="Win rate over β from 0.01 to 0.5: between 60.8 and 62.7 percent, highest at 0.1",
        ),
        DemoPost(
            "jonas",
            "4 21:40",
            r"""They answer different questions. The learning rate says how fast you get somewhere; $\beta$ says """
            r"""where """
            r"""the optimum is:

$$\pi^*(y\mid x)\propto\pi_{\mathrm{ref}}(y\mid x)\,e^{r(x,y)/\beta}$$

If you stop long before the optimum, only the speed shows. You may be measuring early stopping twice.""",
        ),
        DemoPost(
            "ada",
            "3 10:05",
            """Easy to check. Log both rewards, not only the margin:

```python
from trl import DPOConfig, DPOTrainer

for beta in (0.01, 0.1, 0.5):
    args = DPOConfig(beta=beta, learning_rate=5e-7,
                     logging_steps=10, max_steps=2000)
    DPOTrainer(model, ref, args, train_dataset=pairs).train()
    # compare rewards/chosen at equal KL, not at equal steps
```

Tomás, were your runs compared at equal steps?""",
        ),
        DemoPost("tomas", "3 12:31", "At equal steps. Hm."),
        DemoPost(
            "meiling",
            "2 15:02",
            r"""> **Jonas Lind**
>
> You may be measuring early stopping twice.

Gao and others say the same for RLHF: stopping early and paying for KL trace one curve of true reward over """
            r"""$\sqrt{\mathrm{KL}}$. That is in Ada’s answer in the playbook, so we could cite it here instead """
            r"""of arguing it again.""",
        ),
        DemoPost(
            "priya",
            "1 18:20",
            "How do you stop two runs at equal KL? The trainer doesn’t log one, since DPO never samples.",
        ),
        DemoPost(
            "jonas",
            "1 19:00",
            r"""By sampling after all. A few hundred prompts every 100 steps, answers from the policy itself, then

$$\widehat{\mathrm{KL}}=\frac1n\sum_{i=1}^n\log\frac{\pi_\theta(y_i\mid x_i)}{\pi_{\mathrm{ref}}(y_i\mid x_i)},
\qquad y_i\sim\pi_\theta$$

The rewards in the log are the same ratio, but on the answers of your data set. That is another number.""",
        ),
        DemoPost(
            "ada",
            "2h",
            "Reran it as Jonas says. Same runs, same seeds, only β moved, compared at KL 8: **4.1 points** between "
            "0.01 and 0.5. So β is a knob, and equal steps hid it.",
            edited="1h",
            edited_to="Reran it as Jonas says. Same runs, same seeds, only β moved, compared at a KL of 8: "
            "**4.1 points** between 0.01 and 0.5. So β is a knob, and equal steps hid it. I’d call this settled; the "
            "condition is in Jonas’s second revision.",
        ),
    ),
)

BATCH = DemoThread(
    "Does a larger batch hurt the final loss?",
    about=("topic", DYNAMICS),
    answered=(5, "1 09:15"),
    posts=(
        DemoPost(
            "tomas",
            "3 22:40",
            """We now have two answers that can’t both be our playbook.

- Ada, accepted: under the noise scale a larger batch costs nothing but hardware.
- Mei-Ling, in review: a larger batch ends in sharper minima and lower test accuracy.

I asked Mei-Ling for a condition. Perhaps we find it faster together.""",
        ),
        DemoPost(
            "meiling",
            "2 08:30",
            r"""Three things differ in Keskar’s runs: many epochs over a small data set; a learning rate that """
            r"""was not """
            r"""tuned for the large batch; and the batch itself, a tenth of the data. On CIFAR-10 that is 5,000 """
            r"""images.""",
        ),
        DemoPost(
            "ada",
            "2 19:10",
            r"""5,000 is the clue. McCandlish’s noise scale for CIFAR-10 is of the order of 1,000, and lower at the """
            r"""start. So Keskar’s large batch lies *above* the noise scale, and at a fixed number of epochs it """
            r"""takes a twentieth of the """
            r"""steps. It is simply less trained in the sense of my answer.""",
        ),
        DemoPost(
            "jonas",
            "2 21:25",
            "But they compare at equal training loss, and both runs get to zero there. Fewer steps alone can’t "
            "explain a gap that remains.",
        ),
        DemoPost(
            "tomas",
            "2 23:30",
            """Ran it small tonight, ResNet on CIFAR-10, three seeds each:

| batch | learning rate | epochs | test accuracy |
|---:|---|---:|---:|
| 256 | tuned at 256 | 100 | 93.6 |
| 5,000 | same | 100 | 89.8 |
| 5,000 | retuned, warm-up | 100 | 92.1 |
| 5,000 | retuned, warm-up | 400 | 93.4 |

So: retuning closes most of the gap, more steps the rest.""",
        ),
        DemoPost(
            "meiling",
            "1 08:50",
            """Then the condition is: *the batch hurts where it takes steps away that nothing gives back*. Above the """
            """noise scale, at fixed epochs and an untouched learning rate. Below it, or in one pass over the """
            """data with the rate """
            """retuned, I would no longer claim it. That goes into my second revision, with your table.""",
        ),
        DemoPost(
            "priya", "1 18:35", "May I wait for that with my review, then? I have it until the day after tomorrow."
        ),
    ),
)

LINK = DemoThread(
    "“Data Selection” opens a paper on mixtures of experts: what was meant?",
    about=("source", DATA_SELECTION),
    answered=(1, "5 21:05"),
    posts=(
        DemoPost(
            "tomas",
            "6 21:15",
            "The address on the list is arXiv 2202.08906. That is *ST-MoE: Designing Stable and Transferable Sparse "
            "Expert Models*. Nothing in it selects data. I skipped it; what should I read in its place?",
            reported=("priya", "1 19:40", "Shouldn’t this go to the curators of the list?"),
        ),
        DemoPost(
            "ada",
            "6 22:00",
            "The source’s page points to *A Survey on Data Selection for Language Models*, by Albalak and others. It "
            "might as well be Xie and others on importance resampling, whose title begins with the same words. Until "
            "the curators choose, rest on The Pile and say that you do.",
        ),
        DemoPost(
            "jonas",
            "5 20:10",
            r"""It isn’t wasted on this group, though. The router z-loss is in there, and it is the cheapest """
            r"""stabiliser """
            r"""I know:

$$L_z=\frac1B\sum_{i=1}^{B}\left(\log\sum_{j=1}^{N}e^{x_j^{(i)}}\right)^2$$

It keeps the logits small, so that bf16 rounds them less. That belongs to topic 6, not here.""",
        ),
        DemoPost("tomas", "5 21:00", "Noted in my summary, in brackets. Thanks."),
    ),
)

CONTAMINATION = DemoThread(
    "Contamination: what HELM can’t see",
    about=("topic", EVALUATION),
    posts=(
        DemoPost(
            "tomas",
            "7 22:50",
            "HELM shows 16 core scenarios and seven metrics, and no cell says “was in the training data”. For closed "
            "models nobody outside can fill it. What do we do with such a column?",
        ),
        DemoPost(
            "ada",
            "6 19:30",
            "GPT-3’s authors looked for overlaps of 13 words between test items and training text, and scored the "
            "clean part separately. It needs the training text, so it is for whoever trained the model, not for us.",
        ),
        DemoPost(
            "meiling",
            "5 09:40",
            r"""Without the text there is still a weak test: order. A benchmark has no natural order of its """
            r"""items, so a """
            r"""model that never saw the file should find its own order no likelier than a shuffled one:

$$\log p(x_1,\dots,x_n)\;\text{ against }\;\log p(x_{\sigma(1)},\dots,x_{\sigma(n)})$$

It finds files that were read whole, not single items.""",
        ),
        DemoPost(
            "priya",
            "4 18:30",
            "Then I would write in my answer: when the test leaked, *every slice moves together*. If one model gains "
            "eight points everywhere at once, I look for the file before I believe the model.",
        ),
        DemoPost("tomas", "4 22:10", "That is a condition one can check. Put it in the draft; I want to review it."),
    ),
)

STAGE_THREE = DemoThread(
    "Our loss did move with stage 3",
    about=("submission", "jonas", DISTRIBUTED),
    posts=(
        DemoPost(
            "tomas",
            "9 22:20",
            "Your answer says the loss must not move beyond rounding. Ours does: 0.03 higher from step 400 on, stage 3 "
            "against stage 1, same global batch, same seed.",
        ),
        DemoPost(
            "jonas",
            "8 19:50",
            "Then something reads a shard and thinks it’s the whole. My first suspect is always the gradient norm: do "
            "you clip with the norm of the local shard?",
        ),
        DemoPost(
            "tomas",
            "8 22:45",
            r"""We did. 64 shards, each with about an eighth of the norm, since $\|g\|^2=\sum_k\|g_k\|^2$. So the """
            r"""threshold of 1.0 was never reached and nothing was clipped at all. With one all-reduce over the """
            r"""squares the curves lie """
            r"""on each other again.""",
        ),
        DemoPost("jonas", "7 08:15", "So “if it does, it’s a bug” stays. I had hoped for a counterexample."),
    ),
)

PACE = DemoThread(
    "One topic a week, or two?",
    posts=(
        DemoPost(
            "ada",
            "26 18:40",
            "We took three weeks for the first topic and learned more from each other’s reviews than from the papers. "
            "Still: 23 topics at that pace are more than a year. Two a week, or fewer topics?",
        ),
        DemoPost(
            "priya",
            "26 20:15",
            "One. I read slowly and I would rather write one summary that survives a review than skim two.",
        ),
        DemoPost("tomas", "25 23:55", "Two. Or we drop tier 4, nobody needs it anyway.", deleted_at="24 08:30"),
        DemoPost(
            "meiling",
            "24 07:20",
            "One that all of us meet about, and a second for whoever has the time, as I do with forgetting. Tier 4 is "
            "where the other tiers go wrong; I would keep it.",
        ),
        DemoPost("jonas", "24 21:05", "What Mei-Ling says. And the plan shows who is where, so nobody has to ask."),
        DemoPost("ada", "23 09:00", "Then that’s what we do. Next for all of us: training dynamics."),
    ),
)

TALKS = (BETA, BATCH, LINK, CONTAMINATION, STAGE_THREE, PACE)
