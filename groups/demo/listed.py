"""The titles and URLs in the shipped list that the demo group uses."""

GROUP = "Thursday post-training"

POST_TRAINING = "1. Post-Training LLMs (SFT, DPO, RLHF, preference optimization)"
DYNAMICS = "2. Training Dynamics & Optimization at Scale"
EVALUATION = "3. Evaluation, Metrics, and Model Debugging"
DATA = "4. Data as a Lever (Filtering, Mixing, Curriculum)"
DISTRIBUTED = "5. Distributed Training (Conceptual, not infra-heavy)"
EFFICIENCY = "6. Efficiency That Affects Training Behavior"
EXPERIMENTS = "7. Experiment Design & Taste"
MISALIGNMENT = "Objective Misalignment & Emergent Behavior"
CONTINUAL = "Continual Training & Forgetting"
ARCHITECTURE = "Architectural Bias & Limits"

RLHF_BOOK = "https://rlhfbook.com/"
TRL = "https://huggingface.co/docs/trl/main/en/index"
DPO = "https://arxiv.org/abs/2305.18290"
GRPO = "https://arxiv.org/abs/2402.03300"
HUMAN_PREFERENCES = "https://openai.com/research/learning-from-human-preferences"

KAPLAN = "https://arxiv.org/abs/2001.08361"
CHINCHILLA = "https://arxiv.org/abs/2203.15556"
NOISE_SCALE = "https://arxiv.org/abs/1812.06162"
LARGE_BATCH = "https://arxiv.org/abs/1609.04836"
SCALING_POST = "https://openai.com/research/scaling-laws-for-neural-language-models"
CS25 = "https://web.stanford.edu/class/cs25/"

HELM = "https://arxiv.org/abs/2211.09110"
BEYOND_ACCURACY = "https://research.google/blog/beyond-accuracy-behavioral-testing-of-nlp-models/"
RED_TEAMING = "https://www.anthropic.com/research/red-teaming-language-models"

DATA_SELECTION = "https://arxiv.org/abs/2202.08906"
PILE = "https://arxiv.org/abs/2101.00027"
COOKBOOK = "https://cookbook.openai.com/examples/data_preparation"

MEGATRON = "https://arxiv.org/abs/1909.08053"
ZERO = "https://arxiv.org/abs/1910.02054"
PARALLELISM = "https://huggingface.co/docs/transformers/perf_train_gpu_many"

MIXED_PRECISION = "https://arxiv.org/abs/1710.03740"
CHECKPOINTING = "https://pytorch.org/docs/stable/checkpoint.html"

RECIPE = "https://karpathy.github.io/2019/04/25/recipe/"
BITTER_LESSON = "http://www.incompleteideas.net/IncIdeas/BitterLesson.html"

SPECIFICATION_GAMING = "https://deepmind.google/discover/blog/specification-gaming-the-flawed-way-to-design-ai/"
FAULTY_REWARDS = "https://openai.com/research/faulty-reward-functions"
FORGETTING = "https://arxiv.org/abs/1612.00796"
WHOSE_OPINIONS = "https://arxiv.org/abs/2303.17548"
SYSTEM_CARD = "https://cdn.openai.com/papers/gpt-4-system-card.pdf"
INSTRUCTGPT = "https://openai.com/research/instruction-following"

ATTENTION = "https://arxiv.org/abs/1706.03762"
CIRCUITS = "https://transformer-circuits.pub/"
CHINCHILLA_POST = "https://www.deepmind.com/blog/an-empirical-analysis-of-compute-optimal-large-language-model-training"
GPT3 = "https://arxiv.org/abs/2005.14165"
CARBON = "https://arxiv.org/abs/1906.02243"
