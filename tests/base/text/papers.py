"""Formulas from the papers of the list, as their authors would type them."""

FORMULAS = {
    "DPO": r"\mathcal{L}_{\text{DPO}}(\pi_\theta;\pi_{\text{ref}}) = -\mathbb{E}_{(x,y_w,y_l)\sim\mathcal{D}}"
    r"\left[\log\sigma\left(\beta\log\frac{\pi_\theta(y_w\mid x)}{\pi_{\text{ref}}(y_w\mid x)}"
    r"-\beta\log\frac{\pi_\theta(y_l\mid x)}{\pi_{\text{ref}}(y_l\mid x)}\right)\right]",
    "DPO gradient": r"\nabla_\theta\mathcal{L} = -\beta\,\mathbb{E}\bigl[\sigma(\hat r_\theta(x,y_l)-\hat r_"
    r"\theta(x,y_w))"
    r"\,[\nabla_\theta\log\pi(y_w\mid x)-\nabla_\theta\log\pi(y_l\mid x)]\bigr]",
    "implicit reward": r"r(x,y)=\beta\log\frac{\pi_r(y\mid x)}{\pi_{\mathrm{ref}}(y\mid x)}+\beta\log Z(x)",
    "Bradley–Terry": r"p^*(y_1\succ y_2\mid x)=\frac{\exp(r^*(x,y_1))}{\exp(r^*(x,y_1))+\exp(r^*(x,y_2))}",
    "RLHF": r"\max_{\pi_\theta}\ \mathbb{E}_{x\sim\mathcal{D},\,y\sim\pi_\theta(y\mid x)}[r_\phi(x,y)]"
    r"-\beta\,\mathbb{D}_{\mathrm{KL}}\left[\pi_\theta(y\mid x)\,\|\,\pi_{\mathrm{ref}}(y\mid x)\right]",
    "optimal policy": r"\pi^*(y\mid x)\propto\pi_{\text{ref}}(y\mid x)\,e^{r(x,y)/\beta}",
    "PPO clip": r"L^{\mathrm{CLIP}}(\theta)=\hat{\mathbb{E}}_t\left[\min\left(r_t(\theta)\hat A_t,\,"
    r"\operatorname{clip}(r_t(\theta),1-\epsilon,1+\epsilon)\hat A_t\right)\right]",
    "PPO ratio": r"r_t(\theta)=\frac{\pi_\theta(a_t\mid s_t)}{\pi_{\theta_{\text{old}}}(a_t\mid s_t)}",
    "GAE": r"\hat A_t^{\mathrm{GAE}(\gamma,\lambda)}=\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}^V",
    "GRPO": r"\mathcal{J}_{\mathrm{GRPO}}(\theta)=\E\left[\frac1G\sum_{i=1}^G\frac{1}{|o_i|}\sum_{t=1}^{|o_i|}"
    r"\min\left[\frac{\pi_\theta(o_{i,t}\mid q,o_{i,<t})}{\pi_{\theta_{old}}(o_{i,t}\mid q,o_{i,<t})}\hat A_{i,t}"
    r"\right]-\beta\,\mathbb{D}_{KL}\left[\pi_\theta\|\pi_{ref}\right]\right]",
    "GRPO advantage": r"\hat A_{i,t}=\widetilde r_i=\frac{r_i-\mean(\mathbf r)}{\std(\mathbf r)}",
    "KL": r"\KL(p\,\|\,q)=\sum_x p(x)\log\frac{p(x)}{q(x)}",
    "KL estimator": r"k_3 = \tfrac{\pi_{\text{ref}}}{\pi_\theta}-\log\tfrac{\pi_{\text{ref}}}{\pi_\theta}-1 \ge 0",
    "overoptimisation": r"d:=\sqrt{D_{\mathrm{KL}}(\pi\,\|\,\pi_{\mathrm{init}})},\quad R_{\mathrm{RL}}(d)=d("
    r"\alpha-\beta\log d)",
    "best of n": r"\mathrm{KL}_{\mathrm{bo}n}=\log n-\frac{n-1}{n}",
    "Kaplan": r"L(N)=\left(\frac{N_c}{N}\right)^{\alpha_N},\qquad \alpha_N\approx 0.076,\ N_c\approx 8.8"
    r"\times10^{13}",
    "Kaplan both": r"L(N,D)=\left[\left(\frac{N_c}{N}\right)^{\frac{\alpha_N}{\alpha_D}}+\frac{D_c}{D}\right]^{"
    r"\alpha_D}",
    "Chinchilla": r"\hat L(N,D)\triangleq E+\frac{A}{N^\alpha}+\frac{B}{D^\beta}",
    "Chinchilla optimum": r"N_{opt}(C),\,D_{opt}(C)=\argmin_{N,D\ \text{s.t.}\ \mathrm{FLOPs}(N,D)=C} L(N,D)",
    "compute": r"C\approx 6ND,\qquad N_{opt}\propto C^{a},\ D_{opt}\propto C^{b},\ a\approx b\approx\nicefrac12",
    "noise scale": r"\mathcal{B}_{\mathrm{simple}}=\frac{\operatorname{tr}(\Sigma)}{|G|^2}",
    "noise scale, full": r"\mathcal{B}_{\mathrm{noise}}=\frac{\mathrm{tr}(H\Sigma)}{G^\top HG}",
    "critical batch": r"\left(\frac{S}{S_{\min}}-1\right)\left(\frac{E}{E_{\min}}-1\right)=1",
    "optimal step": r"\epsilon_{opt}(B)=\argmax_\epsilon\E[\Delta L]=\frac{\epsilon_{\max}}{1+"
    r"\mathcal{B}_{noise}/B}",
    "attention": r"\mathrm{Attention}(Q,K,V)=\softmax\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
    "multi-head": r"\mathrm{MultiHead}(Q,K,V)=\mathrm{Concat}(\mathrm{head}_1,\dots,\mathrm{head}_h)W^O",
    "rotary": r"f_q(x_m,m)=\begin{pmatrix}\cos m\theta&-\sin m\theta\\\sin m\theta&\cos m\theta"
    r"\end{pmatrix}W_q x_m",
    "ZeRO memory": r"M=\frac{(2+2+K)\Psi}{N_d},\qquad K=12,\ \Psi=7.5\,\text{B}\ \Rightarrow\ 120\,\text{GB}"
    r"\to 1.9\,\text{GB}",
    "LoRA": r"h=W_0x+\Delta Wx=W_0x+BAx,\quad B\in\mathbb{R}^{d\times r},\ A\in\R^{r\times k},\ r\ll\min(d,k)",
    "Adam": r"\begin{aligned}m_t&=\beta_1m_{t-1}+(1-\beta_1)g_t\\v_t&=\beta_2v_{t-1}+(1-\beta_2)g_t^2\\"
    r"\theta_t&=\theta_{t-1}-\eta\,\frac{\hat m_t}{\sqrt{\hat v_t}+\epsilon}\end{aligned}",
    "AdamW, numbered": r"\begin{align}\theta_t&\leftarrow\theta_{t-1}-\eta_t\left(\alpha\hat m_t/(\sqrt{"
    r"\hat v_t}+\epsilon)"
    r"+\lambda\theta_{t-1}\right)\label{eq:adamw}\\ \eta_t&=\eta_0\nonumber\end{align}",
    "layer norm": r"y=\frac{x-\E[x]}{\sqrt{\Var[x]+\epsilon}}\odot\gamma+\beta",
    "cross-entropy": r"\mathcal{L}=-\sum_{i=1}^{T}\log p_\theta(x_i\mid x_{<i})",
    "perplexity": r"\mathrm{PPL}=\exp\left\{-\frac1T\sum_{t=1}^T\log p_\theta(x_t\mid x_{<t})\right\}",
    "calibration": r"\mathrm{ECE}=\sum_{m=1}^M\frac{|B_m|}{n}\left|\mathrm{acc}(B_m)-\mathrm{conf}(B_m)\right|",
    "pass at k": r"\text{pass@}k:=\mathop{\mathbb{E}}_{\text{Problems}}\left[1-\frac{\binom{n-c}{k}}{\binom nk}"
    r"\right]",
    "win rate": r"\frac1n\sum_{i=1}^n\mathds{1}[s_i>\bar s]",
    "cases": r"f(x)=\begin{cases}\frac{x^2}{2}&\text{if $|x|\le\delta$}\\\delta\,(|x|-\tfrac\delta2)&"
    r"\text{otherwise}\end{cases}",
    "distillation": r"\mathcal{L}_{KD}=\tau^2\sum_i\softmax(z_i/\tau)\log\frac{\softmax(z_i/\tau)}{\softmax("
    r"\tilde z_i/\tau)}",
    "mixture of experts": r"y=\sum_{i=1}^nG(x)_iE_i(x),\quad G(x)=\softmax(\mathrm{KeepTopK}(x\cdot W_g,k))",
    "speculative": r"\alpha=1-\mathbb{E}_{x\sim p}\bigl[\tfrac12\norm{p-q}_1\bigr],\quad \E[\#\text{tokens}]="
    r"\frac{1-\alpha^{\gamma+1}}{1-\alpha}",
    "substack": r"\sum_{\substack{1\le i\le n\\ i\ne j}}\bm{w}_i^\top\boldsymbol\phi(\mathbf x_j)",
    "process reward": r"\hat y=\arg\max_{y}\prod_{k=1}^{K}p(\text{step}_k\text{ is right}\mid x,y_{\le k})",
    "tag": r"E=mc^2\tag{2}",
    "old arrays": r"\begin{eqnarray}a&=&b\\c&\leqslant&d\end{eqnarray}",
    "ruled array": r"\begin{array}{l|rr}&A&B\\\hline x&1&2\\y&3&4\\\hline\end{array}",
    "wide accents": r"\overline{ab}+\widehat{xyz}+\underbrace{a+b}_{n}+\overset{!}{=}+x\xrightarrow{\text{SFT}}y",
    "prose letters": r"π_θ(y|x) ≈ 0.5 · β²",
}
