# ruff: noqa: E501
"""What is on the clipboard when people copy from elsewhere, as each writes it, and what becomes of it."""

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin:0}</style></head><body>
<!--StartFragment--><p class=MsoNormal><b>Findings</b><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>A larger batch<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>o<span>&nbsp;</span></span><![endif]>is <i>noisier</i><o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>A smaller one</p>
<p class=MsoNormal>Then:</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>Read</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.</span>Write</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal>Knob</p></td><td><p class=MsoNormal>Value</p></td></tr>
<tr><td><p class=MsoNormal>a|b</p></td><td><p class=MsoNormal>0.1</p></td></tr></table><!--EndFragment--></body></html>"""

DOCS = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span
style="font-weight:400;">Plan</span></h2><p dir="ltr"><span style="font-weight:400;">We </span><span
style="font-weight:700;">must</span><span style="font-style:italic;"> not</span><span
style="text-decoration:line-through;">ever</span><span> stop at x</span><span><span
style="vertical-align:super">2</span></span>.</p><ul><li dir="ltr"><p><span>one</span></p></li><ul><li><p>deep</p></li></ul><li
dir="ltr"><p><span>two</span></p></li></ul></b>"""

CHAT = r"""<p>The loss is <span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>L</mi></mrow><annotation
encoding="application/x-tex">\mathcal{L}_i</annotation></semantics></math></span><span class="katex-html"
aria-hidden="true">Li</span></span>, so:</p><span class="katex-display"><span class="katex"><span class="katex-mathml"><math
display="block"><semantics><mi>x</mi><annotation encoding="application/x-tex">x = \frac{a}{b}</annotation></semantics></math></span><span
class="katex-html">x=ab</span></span></span><ol><li><p><strong>First</strong>: it falls.</p></li><li><p>Second</p><ul><li>deep</li></ul></li></ol>
<pre><div><div>python</div><button>Copy code</button></div><div><code class="language-python"><span>def</span> f():
    return 1
</code></div></pre>"""

NOTION = """<meta charset='utf-8'><h3>Notes</h3><p>See <a href="https://a.example/b">this</a> and <code>x_i</code>.</p>
<ul><li>[ ] read</li><li>[x] write</li></ul><aside><p>Mind the <em>gap</em></p></aside>"""

PAGE = """<article><h1>Title</h1><p>Scaling<sup>2</sup> with H<sub>2</sub>O and <sup>[1]</sup>: <math alttext="x_{i}" display="inline"><mi>x</mi></math>
<img src="data:image/png;base64,AA" alt="curve"><img src="https://a.example/c.png" alt="plot"></p><blockquote><p>quoted</p></blockquote>
<p>snake_case, 2 * 3, $5 <del>gone</del><br>next <a href="/here">here</a></p><hr><table><thead><tr><th>a</th><th align="right">b</th></tr></thead>
<tbody><tr><td>1</td><td align="right"><b>2</b></td></tr></tbody></table><script>alert(1)</script></article>"""

WIKI = r"""<p>Let <span class="mwe-math-element"><span class="mwe-math-mathml-inline"><math><semantics><mi>y</mi><annotation
encoding="application/x-tex">{\displaystyle y_{2}}</annotation></semantics></math></span><img alt="{\displaystyle y_{2}}"></span> be <i>it</i>.</p>"""

# name: (HTML or "", plain text, what stands in the box)
PASTES = {
    "Word": (
        WORD,
        "Findings",
        "**Findings**\n\n- A larger batch\n  - is *noisier*\n- A smaller one\n\nThen:\n\n1. Read\n2. Write\n\n"
        "| Knob | Value |\n| --- | --- |\n| a\\|b | 0.1 |",
    ),
    "Google Docs": (DOCS, "Plan", "## Plan\n\nWe **must** *not*~~ever~~ stop at x².\n\n- one\n  - deep\n- two"),
    "a chat": (
        CHAT,
        "The loss",
        "The loss is $\\mathcal{L}_i$, so:\n\n$$\nx = \\frac{a}{b}\n$$\n\n1. **First**: it falls.\n2. Second\n   - deep\n\n"
        "```python\ndef f():\n    return 1\n```",
    ),
    "Notion": (
        NOTION,
        "Notes",
        "### Notes\n\nSee [this](https://a.example/b) and `x_i`.\n\n- [ ] read\n- [x] write\n\nMind the *gap*",
    ),
    "Notion, as Markdown": (NOTION, "### Notes\n\n$x_i$ **b**", "### Notes\n\n$x_i$ **b**"),
    "a web page": (
        PAGE,
        "Title",
        "# Title\n\nScaling² with H₂O and [1]: $x_{i}$ curve![plot](https://a.example/c.png)\n\n> quoted\n\n"
        "snake_case, 2 \\* 3, $5 ~~gone~~\nnext here\n\n---\n\n| a | b |\n| --- | --: |\n| 1 | **2** |",
    ),
    "Wikipedia": (WIKI, "Let y", "Let $y_{2}$ be *it*."),
    "a word of a page": ("<meta charset='utf-8'><span style='color:red'>plain_word</span>", "plain_word", "plain_word"),
    "an editor of code": ("<pre style='color:red'><b>def</b> f</pre>", "def f", "def f"),
    "bullets with tabs": ("", "•\tone\no\tdeep\n•\ttwo", "- one\n  - deep\n- two"),
    "numbers with tabs": ("", "1.\tone\n2)\ttwo", "1. one\n2. two"),
    "a table with tabs": ("", "See:\na\tb\n1\t2|3\nend", "See:\n\na | b |\n"),
    "code with tabs": ("", "def f():\n\treturn 1\n\tx", "def f():\n\treturn 1\n\tx"),
    "Markdown": ("", "- a\n- b\n\n$x_i$", "- a\n- b\n\n$x_i$"),
}
PASTES["a table with tabs"] = ("", "See:\na\tb\n1\t2|3\nend", "See:\n\n| a | b |\n| --- | --- |\n| 1 | 2\\|3 |\n\nend")
PASTES |= {
    "a paper on arXiv": (
        r"""<p class="ltx_p">We minimize <math alttext="\mathcal{L}" display="inline"><mi>L</mi></math> over <cite>[<a href="#bib.1">12</a>]</cite>.</p>
<table class="ltx_equation ltx_eqn_table"><tbody><tr><td class="ltx_eqn_cell"></td><td><math alttext="y=\frac{a}{b}" display="block"><mi>y</mi></math></td>
<td class="ltx_eqn_cell ltx_eqn_eqno"><span>(1)</span></td></tr></tbody></table>""",
        "We minimize",
        "We minimize $\\mathcal{L}$ over [12].\n\n$$\ny=\\frac{a}{b} \\qquad (1)\n$$",
    ),
    "formulas on arXiv with text between them": (
        r"""<p>So</p><table class="ltx_equationgroup ltx_eqn_table"><tbody>
<tr><td class="ltx_eqn_cell"></td><td><math alttext="a=b" display="inline"><mi>a</mi></math></td><td>for
 all</td><td><math alttext="c" display="inline"><mi>c</mi></math></td><td class="ltx_eqn_cell ltx_eqn_eqno">(1)</td></tr>
<tr><td class="ltx_eqn_cell" colspan="5">which is <em>not</em> obvious.</td></tr>
<tr><td class="ltx_eqn_cell" colspan="5"><p class="ltx_p">As <math alttext="d" display="inline"><mi>d</mi></math> grows:</p></td></tr>
<tr><td class="ltx_eqn_cell"></td></tr>
<tr><td><math alttext="e" display="inline"><mi>e</mi></math></td><td class="ltx_eqn_cell ltx_eqn_eqno">(2)</td></tr></tbody></table>""",
        "So",
        "So\n\n$$\na=b \\;\\text{for all}\\; c \\qquad (1)\n$$\n\nwhich is *not* obvious.\n\nAs $d$ grows:\n\n$$\ne \\qquad (2)\n$$",
    ),
    "a formula of Word": (
        """<p>Rate <!--[if gte msEquation 12]><m:oMath><m:r><m:t>x=</m:t></m:r><m:r><m:t>2</m:t></m:r></m:oMath><![endif]--><img src="file:///c.png"> is
<b>high</b></p>""",
        "Rate is high",
        "Rate x=2 is **high**",
    ),
    "a callout of Obsidian": (
        """<p>So:</p><div data-callout="warning" class="callout"><div class="callout-title"><div class="callout-title-inner">Careful</div></div>
<div class="callout-content"><p>It <em>moves</em>.</p></div></div>""",
        "So:",
        "So:\n\n> [!warning] Careful\n>\n> It *moves*.",
    ),
    "bold around blocks": ("<b><p>One</p><ul><li>two</li></ul></b>", "One", "One\n\n- two"),
    "code that shows styles": (
        """<p>So: <code>&lt;p style="x"&gt;</code></p><pre><code>&lt;b style='y' data-style="z"&gt;</code></pre><p title=" style=1" style="a:b"><b>z</b></p>""",
        "So",
        """So: `<p style="x">`\n\n```\n<b style='y' data-style="z">\n```\n\n**z**""",
    ),
    "code with blank lines": (
        "<pre><code class='language-py'>a = 1  \n\n\n\ndef f():\n\n\n    return\n</code></pre><ul><li><p>x</p><pre><code>b\n\n\n  c ```</code></pre></li>"
        "<li>y</li></ul><blockquote><pre>d\n\n\ne</pre></blockquote>",
        "a",
        "```py\na = 1  \n\n\n\ndef f():\n\n\n    return\n```\n\n- x\n\n  ````\n  b\n\n\n    c ```\n  ````\n- y\n\n> ```\n> d\n>\n>\n> e\n> ```",
    ),
    "MathML": (
        "<p>Let <math><mrow><msub><mi>x</mi><mn>10</mn></msub><mo>=</mo><mfrac><mi>α</mi><msqrt><mi>n</mi></msqrt></mfrac></mrow></math> and"
        " <math display='block'><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><msup><mrow><mo>(</mo><mover>"
        "<mi>y</mi><mo>^</mo></mover><mo>)</mo></mrow><mn>2</mn></msup><mi>log</mi><mi>p</mi><mo>∈</mo><mi>R</mi></math></p>",
        "Let",
        "Let $x_{10}=\\frac{α}{\\sqrt{n}}$ and\n\n$$\n\\sum_{i=1}^{n}{(\\hat{y})}^{2}\\log p\\in R\n$$",
    ),
}
