"""What a reviewer sees of a revision: the new text, with what is new and what is gone."""

import random
import re

import pytest

from readlist_site.base.text import diff, render
from tests.base.text.html import Page, letters, undirected


def compare(old: str, new: str):
    return diff(render(old).html, render(new).html)


def short(html: str) -> str:
    """The HTML with formulas and code blocks as one letter, so that tables of tests can be read."""
    html = undirected(html)
    html = re.sub(r'<div class="formula".*?</div>', "F", html)
    html = re.sub(r"<pre.*?</pre>", "C", html, flags=re.DOTALL)
    html = re.sub(r'<span class="nowrap"><math>.*?</math></span>', "f", html)
    return re.sub(r' rel="[^"]*"', "", html).replace("\n", "")


@pytest.mark.parametrize(
    ("old", "new", "shown", "words_new", "words_gone"),
    [
        ("One two.", "One two.", "<p>One two.</p>", 0, 0),
        ("One two.", "One three two.", "<p>One<ins> three</ins> two.</p>", 1, 0),
        ("One three two.", "One two.", "<p>One<del> three</del> two.</p>", 0, 1),
        ("One two.", "One four.", "<p>One <del>two</del> <ins>four</ins>.</p>", 1, 1),
        ("One two", "One two.", "<p>One two<ins>.</ins></p>", 0, 0),
        ("Two.", "One. Two.", "<p><ins>One.</ins> Two.</p>", 1, 0),
        ("", "One *two*", "<p><ins>One <em>two</em></ins></p>", 2, 0),
        ("One *two*", "", "<p><del>One <em>two</em></del></p>", 0, 2),
        ("One two", "One **two**", "<p>One <strong>two</strong></p>", 0, 0),
        ("One two", "One ~~two~~", "<p>One <del>two</del> <ins><s>two</s></ins></p>", 1, 1),
        ("نَسِيَ ثم", "نَسِيَ ثمَّ", "<p>نَسِيَ <del>ثم</del> <ins>ثمَّ</ins></p>", 1, 1),
        ("One *two three* four", "One *two big three* four",
         "<p>One <em>two</em><ins> <em>big</em></ins> <em>three</em> four</p>", 1, 0),
        ("[x](https://a.org)", "[x](https://b.org)",
         '<p><del><a href="https://a.org">x</a></del> <ins><a href="https://b.org">x</a></ins></p>', 1, 1),
        # A paragraph, an item, a row
        ("A b.\n\nC d.\n\nE f.", "A b.\n\nE f.", "<p>A b.</p><p><del>C d.</del></p><p>E f.</p>", 0, 2),
        ("A b.\n\nE f.", "A b.\n\nC d.\n\nE f.", "<p>A b.</p><p><ins>C d.</ins></p><p>E f.</p>", 2, 0),
        ("A b.\n\nC d.", "A b.", "<p>A b.</p><p><del>C d.</del></p>", 0, 2),
        ("A b. C d.", "A b.\n\nC d.", "<p>A b.</p><p>C d.</p>", 0, 0),
        ("- a\n- b\n- c", "- a\n- c", "<ul><li>a</li><li><del>b</del></li><li>c</li></ul>", 0, 1),
        ("- a\n- b", "- b", "<ul><li><del>a</del></li><li>b</li></ul>", 0, 1),
        ("- a\n- b", "- a", "<ul><li>a</li><li><del>b</del></li></ul>", 0, 1),
        ("- a\n- b\n\nEnd", "- a\n\nEnd", "<ul><li>a</li><li><del>b</del></li></ul><p>End</p>", 0, 1),
        ("- a\n- b", "", "<ul><li><del>a</del></li><li><del>b</del></li></ul>", 0, 2),
        ("> a b", "> a c b", "<blockquote><p>a<ins> c</ins> b</p></blockquote>", 1, 0),
        # Formulas and code, as a whole
        ("x $a$ y", "x $b$ y", "<p>x <del>f</del> <ins>f</ins> y</p>", 1, 1),
        ("x $a$ y", "x $a$ z", "<p>x f <del>y</del> <ins>z</ins></p>", 1, 1),
        ("A\n\n$$a$$\n\nB", "A\n\n$$b$$\n\nB",
         '<p>A</p><del class="block">F</del><ins class="block">F</ins><p>B</p>', 1, 1),
        ("A\n\n$$a$$\n\nB", "A\n\nB", '<p>A</p><del class="block">F</del><p>B</p>', 0, 1),
        ("A c\n\n$$a$$\n\nB", "A d\n\nB", '<p>A <del>c</del> <ins>d</ins></p><del class="block">F</del><p>B</p>', 1, 2),
        ("```\nx = 1\n```", "```\nx = 2\n```", '<del class="block">C</del><ins class="block">C</ins>', 3, 3),
        ("run `a b`", "run `a c`", "<p>run <del><code>a b</code></del> <ins><code>a c</code></ins></p>", 2, 2),
        # No confetti
        ("from 0.1 to 0.5", "from 0.2 to 0.6", "<p>from <del>0.1 to 0.5</del> <ins>0.2 to 0.6</ins></p>", 3, 3),
        ("The quick brown fox jumps over the lazy dog near the river.",
         "A slow green turtle walks under the busy bridge at the lake.",
         "<p><del>The quick brown fox jumps over the lazy dog near the river.</del> "
         "<ins>A slow green turtle walks under the busy bridge at the lake.</ins></p>", 12, 12),
        ("X. A b c.", "X. A b x. A b c.", "<p>X.<ins> A b x.</ins> A b c.</p>", 3, 0),
    ],
)  # fmt: skip
def test_diff(old, new, shown, words_new, words_gone):
    found = compare(old, new)
    assert short(found.html) == shown
    assert (found.words_new, found.words_gone) == (words_new, words_gone)
    assert found.unchanged == ("<ins" not in shown and "<del" not in shown)


def test_the_revision_in_the_drawings_reads_as_it_is_drawn():
    found = compare(
        "When β is too small. Also off-policy: pairs from another model teach the gap, not the behaviour.",
        "When the labels are nearly deterministic: the implicit reward has no bound, so β stops holding the policy "
        "back and even the *chosen* answer loses likelihood. Also off-policy: pairs from another model teach what "
        "this policy never does.",
    )
    assert short(found.html) == (
        "<p>When <del>β is too small</del> <ins>the labels are nearly deterministic: the implicit reward has no "
        "bound, so β stops holding the policy back and even the <em>chosen</em> answer loses likelihood</ins>. "
        "Also off-policy: pairs from another model teach <del>the gap, not the behaviour</del> "
        "<ins>what this policy never does</ins>.</p>"
    )
    found = compare(
        "Win rate against the SFT model, not the training margin. Answers also get longer.",
        "Win rate against the SFT model at equal KL, length-controlled, not the training margin. If `rewards/chosen` "
        "falls while `rewards/margins` rises, you push both down.",
    )
    assert short(found.html) == (
        "<p>Win rate against the SFT model<ins> at equal KL, length-controlled</ins>, not the training margin. "
        "<del>Answers also get longer</del> <ins>If <code>rewards/chosen</code> falls while "
        "<code>rewards/margins</code> rises, you push both down</ins>.</p>"
    )


def test_a_changed_cell_stays_in_its_table():
    found = compare("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 3 |")
    assert "<td><del>2</del> <ins>3</ins></td>" in undirected(found.html)


def test_an_old_footnote_leads_nowhere_and_takes_no_id():
    found = compare("a[^1] b\n\n[^1]: x", "a b")
    assert "<del><sup>[1]</sup></del>" in found.html
    assert "id=" not in found.html


def test_a_footnotes_id_alone_is_no_change():
    found = compare("a[^1] b\n\n[^1]: x y", "a[^1] b c\n\n[^1]: x y")
    assert (found.words_new, found.words_gone) == (1, 0)
    assert found.html.count("noteback") == 1


def test_a_ticked_box_is_a_change():
    found = compare("- [ ] a b\n- [ ] c", "- [x] a b\n- [ ] c")
    assert not found.unchanged
    assert letters(found.html) == "☐☑ab☐c"
    assert letters(found.html, without="del") == "☑ab☐c"
    assert compare("- [ ] a", "- [ ] a").unchanged


WORDS = ["the", "KL", "penalty", "β", "policy,", "of", "a", "0.1", "`code x`", "$a$", "$b^2$", "*em*"]
WORDS += ["**bold phrase**", "margin.", "Falls!", "[link](https://a.org)", "~~gone~~", "off-policy"]


def test_without_what_is_gone_it_is_the_new_text_and_without_what_is_new_the_old_one():
    chance = random.Random(7)
    for _ in range(100):
        old = _text(chance)
        new = _edited(old, chance)
        old_html, new_html = render(old).html, render(new).html
        found = diff(old_html, new_html)
        assert letters(found.html, without="del") == letters(new_html), (old, new)
        assert letters(found.html, without="ins") == letters(old_html), (old, new)
        assert found.unchanged == ("<ins" not in found.html and "<del" not in found.html)
        Page(found.html)


def _phrase(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(words))


def _text(chance: random.Random) -> str:
    blocks = []
    for _ in range(chance.randint(1, 5)):
        kind = chance.random()
        if kind < 0.6:
            blocks.append(_phrase(chance, chance.randint(1, 25)))
        elif kind < 0.8:
            blocks.append("\n".join("- " + _phrase(chance, chance.randint(1, 6)) for _ in range(chance.randint(1, 4))))
        elif kind < 0.9:
            blocks.append("> " + _phrase(chance, 5))
        else:
            blocks.append("1. x\n\n2. " + _phrase(chance, 3))
    return "\n\n".join(blocks)


def _edited(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 5)):
        kind = chance.random()
        if kind < 0.3:
            words = text.split(" ")
            at = chance.randrange(len(words))
            words[at : at + chance.randint(0, 6)] = [_phrase(chance, chance.randint(0, 4))]
            text = " ".join(words)
        elif kind < 0.6:
            blocks = text.split("\n\n")
            at = chance.randrange(len(blocks))
            blocks[at : at + chance.randint(0, 2)] = [_text(chance)] if chance.random() < 0.5 else []
            text = "\n\n".join(blocks)
        elif kind < 0.8:
            text = text.replace(". ", ".\n\n", 1)
        else:
            text = text.replace("\n\n", " ", 1)
    return text
