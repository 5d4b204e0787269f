"""Two spellings of one address are one source; two addresses are two."""

import pytest

from catalog.folding import fold

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
    ("https://arxiv.org/abs/math.GT/0309136", "arxiv.org/abs/math.gt/0309136"),
    ("https://doi.org/10.48550/arXiv.2305.18290", "arxiv.org/abs/2305.18290"),
    ("https://arxiv.org/list/cs.LG/recent", "arxiv.org/list/cs.LG/recent"),
    ("http://dx.doi.org/10.1145/3411764.3445518", "doi.org/10.1145/3411764.3445518"),
    ("https://doi.org/10.1145/ABC", "doi.org/10.1145/abc"),
    ("http://www.incompleteideas.net/IncIdeas/BitterLesson.html", "incompleteideas.net/IncIdeas/BitterLesson.html"),
]


@pytest.mark.parametrize(("url", "folded"), SAME)
def test_an_address_has_one_canonical_form(url, folded):
    assert fold(url) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://sub.example.org/a"),
        ("https://example.org/a?page=1", "https://example.org/a?page=2"),
        ("https://arxiv.org/abs/2305.18290", "https://arxiv.org/abs/2305.18291"),
    ],
)
def test_different_things_stay_different(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "url", ["", "a", "/a", "mailto:a@b.org", "ftp://a.org", "https://", "https://[", "http://a:b/"]
)
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(ValueError, match=r".+"):
        fold(url)
