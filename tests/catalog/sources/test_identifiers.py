"""An arXiv id, a DOI or an ISBN has one writing, whoever wrote it how; what is none is told from what is."""

import pytest

from catalog.sources.identifiers import identifier_in, identifier_of, identifier_url


@pytest.mark.parametrize(
    ("written", "identifier"),
    [
        ("arXiv:2305.18290", "arXiv:2305.18290"),
        ("arxiv: 2305.18290v3 [cs.LG]", "arXiv:2305.18290"),
        ("2305.18290", "arXiv:2305.18290"),
        ("math.GT/0309136", "arXiv:math/0309136"),
        ("hep-th/9901001v2", "arXiv:hep-th/9901001"),
        ("https://arxiv.org/pdf/2305.18290v2", "arXiv:2305.18290"),
        ("10.48550/arXiv.2305.18290", "arXiv:2305.18290"),
        ("10.1145/3411764.3445518", "10.1145/3411764.3445518"),
        ("DOI: 10.1145/ABC", "10.1145/abc"),
        ("doi.org/10.1145/abc", "10.1145/abc"),
        ("https://dl.acm.org/doi/pdf/10.1145/ABC", "10.1145/abc"),
        ("10.1002/(SICI)1097-0258(19980815)17:15<1661::AID>3.0.CO;2-2", "10.1002/(sici)1097-0258(19980815)17:15<1661::aid>3.0.co;2-2"),  # noqa: E501
        ("ISBN 978-0-262-03924-6", "978-0262039246"),
        ("ISBN-13: 9780262039246", "978-0262039246"),
        ("0-262-03924-9", "978-0262039246"),
        ("0-8044-2957-x", "978-0804429573"),
        ("979-10-90636-07-1", "979-1090636071"),
        (" 978 0 262 03924 6 ", "978-0262039246"),
    ],
)  # fmt: skip
def test_an_identifier_has_one_writing(written, identifier):
    assert identifier_of(written) == identifier
    assert identifier_of(identifier) == identifier


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "isn’t an arXiv id, DOI or ISBN"),
        ("see the paper", "isn’t an arXiv id, DOI or ISBN"),
        ("arXiv:23", "isn’t an arXiv id, DOI or ISBN"),
        ("10.1145", "isn’t an arXiv id, DOI or ISBN"),
        ("10.1145/a b", "isn’t an arXiv id, DOI or ISBN"),
        ("978-0-262-03924-7", "check digit"),
        ("0-262-03924-X", "check digit"),
        ("1234567890123", "check digit"),
        ("٩٧٨٠٢٦٢٠٣٩٢٤٦", "isn’t an arXiv id, DOI or ISBN"),
        ("https://example.org/a", "This address contains no"),
    ],
)
def test_what_is_no_identifier_is_refused_with_a_reason(written, words):
    with pytest.raises(ValueError, match=words):
        identifier_of(written)


@pytest.mark.parametrize(
    ("url", "identifier"),
    [
        ("https://arxiv.org/html/2305.18290v1", "arXiv:2305.18290"),
        ("https://doi.org/10.48550/arXiv.2305.18290", "arXiv:2305.18290"),
        ("https://link.springer.com/article/10.1007/s10994-021-05946-3", "10.1007/s10994-021-05946-3"),
        ("https://mitpress.mit.edu/9780262039246/reinforcement-learning/", "978-0262039246"),
        ("https://www.amazon.com/Reinforcement-Learning/dp/0262039249/ref=sr_1_1", "978-0262039246"),
        # Not every paper of the anthology has the DOI that its address would make.
        ("https://aclanthology.org/P02-1040/", ""),
        ("https://www.amazon.com/dp/B08F7DZ9Q2", ""),
        ("https://example.org/2305.18290", ""),
        ("https://example.org/posts/1234567890", ""),
        ("https://example.org/9780262039247", ""),
        ("https://[", ""),
        ("no address", ""),
    ],
)
def test_an_address_may_name_an_identifier(url, identifier):
    assert identifier_in(url) == identifier


@pytest.mark.parametrize(
    ("identifier", "url"),
    [
        ("arXiv:2305.18290", "https://arxiv.org/abs/2305.18290"),
        ("10.1145/3411764", "https://doi.org/10.1145/3411764"),
        ("978-0262039246", ""),
        ("an old note", ""),
        ("", ""),
    ],
)
def test_an_identifier_is_looked_up_at_its_registry(identifier, url):
    assert identifier_url(identifier) == url
