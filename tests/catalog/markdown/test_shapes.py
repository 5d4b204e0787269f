"""Reading lists as people write them: what each awkward shape becomes."""

import pytest

from catalog.markdown.list_parser import read
from catalog.markdown.write import tree_of, write

A, B = "https://a.org", "https://b.org"

SHAPES = {
    "bare link": (f"- {A}", [("a.org", A, "")]),
    "bare link after words": (f"- Title: {A}.", [("Title", A, "")]),
    "bare link in brackets": (f"- Title ({A}) because", [("Title", A, "because")]),
    "bare link with brackets of its own": (f"- Title {A}/x_(y)", [("Title", f"{A}/x_(y)", "")]),
    "link in angle brackets alone": (f"- <{A}>", [("a.org", A, "")]),
    "dash": (f"- [T]({A}) - remark", [("T", A, "remark")]),
    "en dash": (f"- [T]({A}) – remark", [("T", A, "remark")]),
    "colon": (f"+ [T]({A}): remark", [("T", A, "remark")]),
    "numbered in brackets": (f"1) [T]({A})\n2) [U]({B})", [("T", A, ""), ("U", B, "")]),
    "link on its own line": (f"* **T**\n  {A}\n  Why: so", [("T", A, "so")]),
    "link in its own paragraph": (f"* **T**\n\n  <{A}>\n\n  So.", [("T", A, "So.")]),
    "open box": (f"- [ ] [T]({A})", [("T", A, "")]),
    "ticked box": (f"- [x] **T** <{A}>", [("T", A, "")]),
    "reference": (f"- [T][1] - so\n\n[1]: {A}", [("T", A, "so")]),
    "reference by its name": (f"- [T]\n\n[T]: {A} 'name'", [("T", A, "")]),
    "reference in the reason": (f"- [T]({A}) see [B][b]\n\n[b]: {B}", [("T", A, f"see [B][b]\n\n[B]: <{B}>")]),
    "several links": (f"- [T]({A}) ([code]({B}))", [("T", A, f"([code]({B}))")]),
    "badge before the link": (f"- [![b](b.svg)]({B}) [T]({A})", [("T", A, "")]),
    "image in the title": (f"- ![i](i.png) [T]({A})", [("T", A, "")]),
    "sign before the link": (f"- ⭐ [T]({A})", [("T", A, "")]),
    "author before the link": (f"- Ada, [Notes on it]({A})", [("Notes on it", A, "Ada")]),
    "nested under words": (f"- Group\n  - [T]({A})\n  - [U]({B})", [("T", A, ""), ("U", B, "")]),
    "nested twice": (f"- G\n  - H\n    1. [T]({A})", [("T", A, "")]),
    "nested under an entry": (f"- [T]({A})\n  - one\n  - two", [("T", A, "- one\n- two")]),
    "table": (f"| N | W |\n| - | - |\n| [T]({A}) | so |\n| none | |", [("T", A, "W: so")]),
    "table with the link apart": (f"| N | L |\n| - | - |\n| T | [pdf]({A}) |", [("T", A, "")]),
    "table with a bare link": (f"| N | L |\n| - | - |\n| T | {A} |", [("T", A, "")]),
    "paragraph": (f"[T]({A}) - so\n\n**[U]({B})**", [("T", A, "so"), ("U", B, "")]),
    "setext heading": (f"Sub\n---\n\n- [T]({A})", [("T", A, "")]),
    "heading of six": (f"###### Sub\n- [T]({A})", [("T", A, "")]),
    "right to left": (f"- [كتاب]({A}) — لماذا", [("كتاب", A, "لماذا")]),
    "non-Latin": (f"1. **机器学习** [{A}]({A})\n   Why: 好", [("机器学习", A, "好")]),
    "address with letters of all kinds": (f"- [T]({A}/ü?q=日本)", [("T", f"{A}/ü?q=日本", "")]),
    "escapes": (f"- [\\[T\\] \\*x\\*]({A})", [("[T] *x*", A, "")]),
    "code in the title": (f"- [`T` x]({A})", [("T x", A, "")]),
    "link in code": (f"- [T]({A})\n- `{B}`", [("T", A, "")]),
    "HTML before": (f"<details>\n\n- [T]({A})\n\n</details>", [("T", A, "")]),
    "comment after": (f"- [T]({A})\n\n<!-- {B} -->", [("T", A, "")]),
    "links within the page": (f"- [On](#on)\n\n# On\n\n- [T]({A})", [("T", A, "")]),
    "loose list": (f"- [T]({A})\n\n\n- [U]({B})", [("T", A, ""), ("U", B, "")]),
    "tabs": (f"-\t[T]({A})\n\tso", [("T", A, "so")]),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("before", ["# Heading\n\n", "---\ntitle: X\n---\n\n# Heading\n\n", ""])
def test_an_awkward_shape_becomes_what_it_means(name, before):
    text, meant = SHAPES[name]
    document = read(before + text)
    assert [(entry.title, entry.url, entry.why) for _, entry in document.entries] == meant
    assert document.text == before + text


@pytest.mark.parametrize("name", SHAPES)
def test_an_awkward_shape_written_anew_says_the_same(name):
    document = read("# Heading\n\n" + SHAPES[name][0])
    meant = tree_of(document)
    document.is_verbatim = False
    for section, entry in document.entries:
        section.source_text = entry.source_text = None
    assert tree_of(read(write(document))) == meant
