"""Two spellings of one address are one source; two addresses are two."""

import pytest

from catalog.sources.canonical_url import url_key

SAME = [
    ("http://example.org/a", "example.org/a"),
    ("https://www.example.org/a/", "example.org/a"),
    ("HTTPS://WWW.Example.ORG/A", "example.org/A"),
    ("https://example.org", "example.org"),
    ("https://example.org/", "example.org"),
    ("https://example.org.:443/a", "example.org/a"),
    ("http://example.org:80/a", "example.org/a"),
    ("http://example.org:8080/a", "example.org:8080/a"),
    ("  https://example.org/a \n", "example.org/a"),
    ("https://example.org/a?utm_source=x&utm_medium=y", "example.org/a"),
    ("https://example.org/a?id=7&fbclid=z", "example.org/a?id=7"),
    ("https://example.org/a?q=a%20b&c", "example.org/a?q=a%20b&c"),
    ("https://example.org/a#part", "example.org/a#part"),
    ("https://example.org/a#:~:text=words", "example.org/a"),
    ("https://example.org/%7Eada/%41", "example.org/~ada/A"),
    ("https://example.org/a%2Fb", "example.org/a%2Fb"),
    ("https://arxiv.org/abs/2305.18290", "arxiv.org/abs/2305.18290"),
    ("http://arxiv.org/abs/2305.18290v2", "arxiv.org/abs/2305.18290"),
    ("https://arxiv.org/pdf/2305.18290", "arxiv.org/abs/2305.18290"),
    ("https://www.arxiv.org/pdf/2305.18290v3.pdf", "arxiv.org/abs/2305.18290"),
    ("https://export.arxiv.org/abs/2305.18290/", "arxiv.org/abs/2305.18290"),
    ("https://arxiv.org/html/2305.18290v1", "arxiv.org/abs/2305.18290"),
    ("https://arxiv.org/pdf/cs/0112017v1", "arxiv.org/abs/cs/0112017"),
    ("https://arxiv.org/abs/math.GT/0309136", "arxiv.org/abs/math/0309136"),
    ("https://arxiv.org/abs/math/0309136", "arxiv.org/abs/math/0309136"),
    ("https://arxiv.org/abs/arXiv:2305.18290", "arxiv.org/abs/2305.18290"),
    ("https://arxiv.org/pdf/2305.18290v2.pdf#page=3", "arxiv.org/abs/2305.18290"),
    ("https://ar5iv.org/abs/2305.18290", "arxiv.org/abs/2305.18290"),
    ("https://ar5iv.labs.arxiv.org/html/2305.18290", "arxiv.org/abs/2305.18290"),
    ("https://www.alphaxiv.org/abs/2305.18290v2", "arxiv.org/abs/2305.18290"),
    ("https://browse.arxiv.org/pdf/2305.18290.pdf", "arxiv.org/abs/2305.18290"),
    ("https://doi.org/10.48550/arXiv.2305.18290", "arxiv.org/abs/2305.18290"),
    ("https://arxiv.org/list/cs.LG/recent", "arxiv.org/list/cs.LG/recent"),
    ("http://dx.doi.org/10.1145/3411764.3445518", "doi.org/10.1145/3411764.3445518"),
    ("https://doi.org/10.1145/ABC", "doi.org/10.1145/abc"),
    ("https://www.doi.org/10.1145%2F3411764.3445518/", "doi.org/10.1145/3411764.3445518"),
    ("https://dl.acm.org/doi/10.1145/3411764.3445518", "doi.org/10.1145/3411764.3445518"),
    ("https://dl.acm.org/doi/abs/10.1145/3411764.3445518", "doi.org/10.1145/3411764.3445518"),
    ("https://dl.acm.org/doi/pdf/10.1145/3411764.3445518?download=true", "doi.org/10.1145/3411764.3445518"),
    ("https://dl.acm.org/doi/fullHtml/10.1145/3411764.3445518#sec-1", "doi.org/10.1145/3411764.3445518"),
    ("https://link.springer.com/article/10.1007/S10994-021-05946-3", "doi.org/10.1007/s10994-021-05946-3"),
    ("https://link.springer.com/content/pdf/10.1007/s10994-021-05946-3.pdf", "doi.org/10.1007/s10994-021-05946-3"),
    ("https://www.pnas.org/doi/full/10.1073/pnas.1611835114", "doi.org/10.1073/pnas.1611835114"),
    ("https://example.org/doi/10.1145/1", "example.org/doi/10.1145/1"),
    ("https://onlinelibrary.wiley.com/doi/10.1111/cogs.12345", "doi.org/10.1111/cogs.12345"),
    ("https://onlinelibrary.wiley.com/doi/full/10.1111/cogs.12345", "doi.org/10.1111/cogs.12345"),
    ("https://onlinelibrary.wiley.com/doi/10.1111/cogs.12345/abstract", "doi.org/10.1111/cogs.12345"),
    ("https://doi.org/10.18653/v1/N18-1202", "aclanthology.org/n18-1202"),
    ("https://aclanthology.org/N18-1202/", "aclanthology.org/n18-1202"),
    ("https://aclanthology.org/N18-1202.pdf", "aclanthology.org/n18-1202"),
    ("https://www.aclweb.org/anthology/N18-1202v2.pdf", "aclanthology.org/n18-1202"),
    ("https://doi.org/10.18653/v1/2020.acl-main.703", "aclanthology.org/2020.acl-main.703"),
    ("https://aclanthology.org/2020.acl-main.703/", "aclanthology.org/2020.acl-main.703"),
    ("http://www.incompleteideas.net/IncIdeas/BitterLesson.html", "incompleteideas.net/IncIdeas/BitterLesson.html"),
    ("https://youtu.be/dQw4w9WgXcQ", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://youtu.be/dQw4w9WgXcQ?si=abc&t=42", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&index=2#t=30s", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://m.youtube.com/watch?v=dQw4w9WgXcQ&feature=share", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://music.youtube.com/watch?v=dQw4w9WgXcQ", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/embed/dQw4w9WgXcQ?start=9", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://youtube.com/shorts/dQw4w9WgXcQ", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/live/dQw4w9WgXcQ", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/playlist?list=PL1&si=x", "youtube.com/playlist?list=PL1"),
    ("https://www.youtube.com/embed/videoseries?list=PL1", "youtube.com/playlist?list=PL1"),
    ("https://www.youtube.com/@ada/videos", "youtube.com/@ada/videos"),
    ("https://example.org/index.html", "example.org"),
    ("https://example.org/a/index.htm?page=2#part", "example.org/a?page=2#part"),
    ("https://example.org/a/index.php", "example.org/a"),
    ("https://example.org/a/Default.html", "example.org/a/Default.html"),
    ("https://example.org/a;jsessionid=0A1B?id=7", "example.org/a?id=7"),
    ("https://M\u00dcNCHEN.example.org/a", "m\u00fcnchen.example.org/a"),
    ("https://xn--mnchen-3ya.example.org/a", "m\u00fcnchen.example.org/a"),
    ("https://\uff45xample.org/a", "example.org/a"),
    ("https://example.org/caf%c3%a9%2f", "example.org/caf\u00e9%2F"),
    ("https://example.org/caf\u00e9%2F", "example.org/caf\u00e9%2F"),
    ("https://example.org/caf%E9", "example.org/caf%E9"),
    ("https://example.org/?q=caf%C3%A9%26&utm_source=x", "example.org?q=caf\u00e9%26"),
    ("https://example.org/?q=caf\u00e9%26", "example.org?q=caf\u00e9%26"),
    ("https://xn--0.example.org/%E2%80%8F", "xn--0.example.org/%E2%80%8F"),
]


@pytest.mark.parametrize(("url", "folded"), SAME)
def test_an_address_has_one_canonical_form(url, folded):
    assert url_key(url) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://sub.example.org/a"),
        ("https://example.org/a?page=1", "https://example.org/a?page=2"),
        ("https://arxiv.org/abs/2305.18290", "https://arxiv.org/abs/2305.18291"),
        ("https://arxiv.org/abs/math/0309136", "https://arxiv.org/abs/cs/0309136"),
        ("https://arxiv.org/abs/2305.18290", "https://www.alphaxiv.org/overview/2305.18290"),
        ("https://arxiv.org/abs/2305.18290", "https://huggingface.co/papers/2305.18290"),
        ("https://arxiv.org/abs/2305.18290", "https://example.org/abs/2305.18290"),
        ("https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dqw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ", "https://vimeo.com/watch?v=dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQQ"),
        ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube.com/clip/dQw4w9WgXcQ"),
        ("https://www.youtube.com/embed/videoseries?list=PL1", "https://www.youtube.com/embed/videoseries?list=PL2"),
        ("https://www.youtube.com/embed/live_stream?channel=a", "https://www.youtube.com/embed/live_stream?channel=b"),
        ("https://www.youtube.com/playlist?list=PL1", "https://www.youtube.com/playlist?list=PL2"),
        ("https://www.youtube.com/playlist?list=PL1", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1"),
        ("https://www.youtube.com/@ada", "https://www.youtube.com/@bea"),
        ("https://www.youtube.com/results?search_query=a", "https://www.youtube.com/results?search_query=b"),
        ("https://doi.org/10.1145/1", "https://doi.org/10.1145/2"),
        ("https://doi.org/10.1000/a#1", "https://doi.org/10.1000/a#2"),
        ("https://doi.org/10.1000/a?b", "https://doi.org/10.1000/a"),
        ("https://dl.acm.org/doi/10.1145/1", "https://dl.acm.org/doi/suppl/10.1145/1"),
        ("https://dl.acm.org/doi/10.1145/1", "https://dl.acm.org/doi/10.1145/1/figures/2"),
        ("https://dl.acm.org/doi/10.1145/1", "https://altmetric.com/details/doi/10.1145/1"),
        ("https://dl.acm.org/doi/10.1145/1", "https://example.org/doi/10.1145/1"),
        ("https://example.org/doi/10.1145/1?page=2", "https://example.com/doi/10.1145/1?page=3"),
        ("https://link.springer.com/chapter/10.1007/978-1_2", "https://link.springer.com/book/10.1007/978-1"),
        ("https://aclanthology.org/N18-1202", "https://aclanthology.org/N18-1203"),
        ("https://aclanthology.org/volumes/2020.acl-main/", "https://aclanthology.org/2020.acl-main.0/"),
        ("https://aclanthology.org/N18-1202", "https://aclanthology.org/N18-1202.bib"),
        ("https://example.org/a/index.html", "https://example.org/b/index.html"),
        ("https://github.com/a/b/blob/main/index.html", "https://github.com/a/b/blob/main"),
        ("https://en.wikipedia.org/wiki/index.html", "https://en.wikipedia.org/wiki"),
        ("https://example.org/index.php?id=7", "https://example.org/?id=7"),
        ("https://example.org/reindex.html", "https://example.org/re"),
        ("https://fa\u00df.example.org/", "https://fass.example.org/"),
        ("https://example.org/a?v=1&t=1", "https://example.org/a?v=1&t=2"),
        ("https://example.org/a?list=1", "https://example.org/a?list=2"),
        ("https://example.org/a#one", "https://example.org/a#two"),
    ],
)
def test_different_things_stay_different(one, other):
    assert url_key(one) != url_key(other)


def test_a_key_is_no_longer_than_its_address():
    url = f"https://{chr(0xFDFA) * 20}.org/{'a' * 400}"
    assert len(url_key(url)) < len(url)


@pytest.mark.parametrize("folded", sorted({folded for _, folded in SAME}))
def test_a_key_is_its_own_key(folded):
    assert url_key(f"https://{folded}") == folded


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a",
        "/a",
        "mailto:a@b.org",
        "ftp://a.org",
        "https://",
        "https://[",
        "http://a:b/",
        "https://./a",
        "https://。",
    ],
)
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(ValueError, match=r".+"):
        url_key(url)
