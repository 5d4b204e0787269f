"""Tells titles from labels: texts such as "PDF", "Code" or "链接" that say what a link is, not what it is called."""

import re
from collections import defaultdict
from collections.abc import Iterable

ADDRESS = re.compile(r"https?://|www\.", re.I)
# Labels of the text itself come before those of what belongs to it: code, slides, a recording.
_TEXTS = """
    paper|papers|pdf|ps|arxiv|abs|abstract|article|chapter|preprint|text|html|link|links|url|web|website|site|homepage
    home page|here|source|original|read|read more|blog|blogpost|blog post|post|doc|docs|documentation|pubmed|doi
    openreview|acl|anthology|epub|online|full text
    论文|链接|原文|网页|官网|博客|文章|地址|論文|連結|リンク|記事|논문|링크|статья|ссылка|artikel|aufsatz|seite|lien
    article|enlace|artículo|articulo|artigo|articolo|collegamento|رابط|ورقة|مقال|مقاله|لینک|מאמר|קישור
"""
_BESIDE = """
    code|github|gitlab|repo|repository|implementation|official code|pytorch|tensorflow|jax|video|videos|youtube|watch
    recording|talk|slides|slide|deck|ppt|pptx|notes|poster|demo|colab|notebook|kaggle|data|dataset|model|models|weights
    checkpoint|bibtex|bib|cite|citation|tweet|twitter|thread|x|podcast|audio|supplementary|supp|supplement|appendix
    project|project page|page|summary|discussion|reddit|hn|comments|transcript|exercises|solutions|playlist|download
    github repo|hugging face|huggingface|website code
    代码|视频|幻灯片|课件|数据|知乎|项目|コード|動画|スライド|코드|영상|슬라이드|код|видео|слайды|folien|präsentation|vidéo
    diapositives|código|codigo|vídeo|diapositivas|codice|الكود|كود|فيديو|شرائح|קוד|וידאו|מצגת
"""
_TEXT_LABELS = frozenset(re.split(r"[|\n]", re.sub(r"\n +", "\n", _TEXTS.strip())))
_LABELS = _TEXT_LABELS | frozenset(re.split(r"[|\n]", re.sub(r"\n +", "\n", _BESIDE.strip())))
_EDGES = " \t\n[](){}<>【】（）「」《》:：;,，.。|–—-*_#→➡↗>\ue000"
_NUMBER = re.compile(r"\d+")
_ENUMERATOR = re.compile(
    r"^\s*(?:\*\*|__)?(?:[\[(#]\d{1,3}[\])]?|\d{1,3}[\])])[.:]?(?:\*\*|__)?(?=\s|$)\s*"
    r"|^\s*(?:\*\*|__)?\d{1,3}[.:](?:\*\*|__)?(?=\s|$)\s*"
)


class Labels:
    """The labels of one file: the usual ones, and link texts that stand for three or more addresses in it. `links` are
    its links' texts and URLs, `bold` its bold texts before a colon."""

    def __init__(self, links: Iterable[tuple[str, str]] = (), bold: Iterable[str] = ()) -> None:
        addresses: dict[str, set[str]] = defaultdict(set)
        for text, url in links:
            words = folded(text) if len(text) <= 40 else ""
            if 0 < len(words) <= 25 and len(addresses[words]) < 3:
                addresses[words].add(url)
        self._repeated = {words for words, found in addresses.items() if len(found) >= 3}
        counts: dict[str, int] = defaultdict(int)
        for words in bold:
            counts[_NUMBER.sub("", folded(words))] += 1
        self._prefixes = {words for words, count in counts.items() if count >= 2}

    def is_label(self, words: str) -> bool:
        """Whether a link's text says what it is in any list."""
        return folded(words) in _LABELS

    def is_repeated(self, words: str) -> bool:
        """Whether a link's text is a label in any list, or stands for several addresses in this one."""
        return self.is_label(words) or folded(words) in self._repeated

    def is_prefix(self, words: str) -> bool:
        """Whether words before a colon ("Week 1:") say what the list's entries are for, since others have them, too."""
        return self.is_label(words) or _NUMBER.sub("", folded(words)) in self._prefixes

    def names_text(self, words: str) -> bool:
        """Whether the label is that of the text itself rather than of what belongs to it."""
        return folded(words) in _TEXT_LABELS


def folded(words: str) -> str:
    """The words without case, marks around them and repeated blanks."""
    return " ".join(words.split()).strip(_EDGES).casefold()


def without_number(words: str) -> str:
    """The words without "[1]", "2)" or "#3" at their beginning, unless nothing else is there."""
    return _ENUMERATOR.sub("", words, count=1) or words


def is_title_like(words: str) -> bool:
    """Whether these words can be a title: they have a letter, and are more than a number or a mark."""
    words = folded(words)
    return any(map(str.isalpha, words)) and bool(_ENUMERATOR.sub("", words, count=1)) and not ADDRESS.match(words)
