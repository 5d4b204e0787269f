"""Summaries on distributed training, numerical precision and architecture."""

from groups.demo.listed import (
    ARCHITECTURE,
    ATTENTION,
    CHECKPOINTING,
    CIRCUITS,
    DISTRIBUTED,
    EFFICIENCY,
    MEGATRON,
    MIXED_PRECISION,
    PARALLELISM,
    ZERO,
)
from groups.demo.shapes import HOLDS, DemoClaim, DemoReview, DemoRevision, DemoSummary, DemoText

JONAS_ON_ZERO = DemoSummary(
    "jonas",
    DISTRIBUTED,
    (
        DemoRevision(
            "11 21:15",
            DemoText(
                knob=r"""Which of the 16 bytes per parameter every GPU keeps. Adam, mixed precision, $N_d$ GPUs:

$$16\Psi\ \to\ 4\Psi+\frac{12\Psi}{N_d}\ \to\ 2\Psi+\frac{14\Psi}{N_d}\ \to\ \frac{16\Psi}{N_d}$$

7.5 billion on 64 GPUs: 120, 31.4, 16.6, 1.9 GB.""",
                fails=r"""Activations: no stage shards them. Stage 3 moves $3\Psi$ numbers per step instead of
$2\Psi$: on slow links it is the network you train.""",
                metric=r"""Bytes per GPU: down. Tokens per second: flat for stages 1 and 2, down for 3. Loss:
must not move beyond rounding. If it does, it’s a bug.""",
                based_on=(ZERO, MEGATRON, PARALLELISM),
            ),
            reviews=(
                DemoReview(
                    "priya",
                    claimed_at="11 22:00",
                    at="10 20:20",
                    approves=True,
                    verdicts=(
                        (HOLDS, r"2 weights, 2 gradients, 12 for the optimizer: master copy, momentum, variance at 4."),
                        (HOLDS, "“The network you train” made me laugh on the tram."),
                        HOLDS,
                    ),
                ),
                DemoReview(
                    "tomas",
                    claimed_at="10 21:30",
                    at="9 21:55",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        HOLDS,
                        (HOLDS, "Opened a thread: our loss *did* move with stage 3. Turned out it was a bug."),
                    ),
                ),
            ),
        ),
    ),
)

PRIYA_ON_PRECISION = DemoSummary(
    "priya",
    EFFICIENCY,
    (
        DemoRevision(
            "33 19:30",
            DemoText(
                knob=r"""The number format, and in fp16 the loss scale $S$ that keeps small gradients alive:

$$g=\frac{1}{S}\nabla_\theta\left(S\,\mathcal{L}\right)$$

The master weights stay in fp32.""",
                fails=r"""$S$ too small: anything below $2^{-24}$ silently becomes zero. Too large: overflow
past 65,504. bf16 needs no $S$, but rounds away an update under 1/256 of its weight.""",
                metric=r"""Step time and memory: down. Final loss: on the fp32 curve. Watch the share of skipped
steps, and unscale before you clip.""",
                based_on=(MIXED_PRECISION, CHECKPOINTING),
            ),
            reviews=(
                DemoReview(
                    "ada",
                    claimed_at="33 20:10",
                    at="32 19:20",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        (
                            HOLDS,
                            "The 1/256 is why “bf16 everywhere” without a master copy stalls late in training: worth a "
                            "thread of its own.",
                        ),
                        HOLDS,
                    ),
                    overall="Your first one, and it has numbers in it that I had to look up. Approved.",
                ),
                DemoReview(
                    "jonas",
                    claimed_at="32 20:00",
                    at="31 20:40",
                    approves=True,
                    verdicts=(
                        HOLDS,
                        HOLDS,
                        (
                            HOLDS,
                            "“Unscale before you clip”: I have seen that bug in three code bases, one of them mine.",
                        ),
                    ),
                ),
            ),
        ),
    ),
)

PRIYA_ON_ATTENTION = DemoSummary(
    "priya",
    ARCHITECTURE,
    (
        DemoRevision(
            "1 07:35",
            DemoText(
                knob=r"""What may mix with what. Attention compares every pair; order enters only by what is added
to the embeddings:

$$\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V$$""",
                fails=r"""Beyond the lengths it was trained on. And without $\sqrt{d_k}$: products of unit-variance
vectors have variance $d_k$, the softmax saturates, gradients vanish.""",
                metric=r"""Loss by position in the context: it should keep falling to the end. Cost: $n^2 d$ per
layer, so time per token grows with what came before.""",
                based_on=(ATTENTION, CIRCUITS),
            ),
            claims=(DemoClaim("jonas", "1 19:20"),),
        ),
    ),
)

WRITTEN = (JONAS_ON_ZERO, PRIYA_ON_PRECISION, PRIYA_ON_ATTENTION)
