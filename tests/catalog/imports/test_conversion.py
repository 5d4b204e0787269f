"""Bookmarks and CSV become Markdown, which curators see before they apply it; what can't is named for what it is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.imports import conversion
from catalog.imports.conversion import NotConvertible, to_markdown
from catalog.imports.upload import Upload
from catalog.imports.upload_jobs import start_reading
from catalog.markdown.list_parser import read
from readlist_site.base.jobs.runner import run_waiting_jobs

BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
    <DT><H3 ADD_DATE="1">Nets &amp; more</H3>
    <DL><p>
        <DT><A HREF="https://a.org/?x=1&amp;y=2" ADD_DATE="1">Alpha *star*</A>
        <DD>Read it first
        <DT><A HREF="https://b.org">Beta</A>
    </DL><p>
    <DT><H3>Trees</H3>
    <DL><p>
        <DT><A HREF="https://c.org">Gamma</A>
    </DL><p>
</DL><p>
"""
CSV = "\ufeffTitle;Year;Link;Note\nAlpha, the first;2012;https://a.org;good\nBeta;;https://b.org;\n"


def outline(text: str) -> list:
    document = read(text)
    return [
        (section.title, [(entry.title, entry.url, entry.why) for entry in section.entries])
        for section in document.sections
    ]


def test_folders_of_bookmarks_become_topics():
    assert outline(to_markdown("bookmarks.html", BOOKMARKS)) == [
        ("Bookmarks", []),
        ("Nets & more", [("Alpha *star*", "https://a.org/?x=1&y=2", "Read it first"), ("Beta", "https://b.org", "")]),
        ("Trees", [("Gamma", "https://c.org", "")]),
    ]


def test_rows_of_csv_become_entries():
    assert outline(to_markdown("papers.csv", CSV)) == [
        (
            "papers",
            [("Alpha, the first", "https://a.org", "Year: 2012\n\nNote: good"), ("Beta", "https://b.org", "")],
        )
    ]


BIBTEX = """
@string{nips = "NeurIPS"}
@inproceedings{vaswani, title = {Attention is {All} You Need}, author = {Vaswani, A. and M{\\"u}ller, B.},
  year = 2017, booktitle = nips, url = {https://a.org/x_1}, abstract = {It has $x_i^2$ and 50\\% *stars*.}}
@article{doi, title = "By {DOI}", doi = {10.1000/1_2}}
@misc{arxiv, title = {By number}, eprint = {1706.03762}, archivePrefix = {arXiv}}
@book{nowhere, title = {Only on paper}}
@article{broken, title = {Never closed}
@misc{last, title = {Last}, howpublished = {\\url{https://last.org}}}
"""


def test_entries_of_bibtex_become_entries_and_none_vanishes():
    [(title, entries)] = outline(to_markdown("library.bib", BIBTEX))
    assert (title, entries) == (
        "library",
        [
            (
                "Attention is All You Need",
                "https://a.org/x_1",
                "Vaswani, A.; Müller, B. NeurIPS. 2017\n\nIt has $x_i^2$ and 50% \\*stars\\*.",
            ),
            ("By DOI", "https://doi.org/10.1000/1_2", ""),
            ("By number", "https://arxiv.org/abs/1706.03762", ""),
            ("Last", "https://last.org", ""),
        ],
    )
    notes = [str(note) for note in read(to_markdown("library.bib", BIBTEX)).notes]
    assert len(notes) >= 2, "the book without an address and the broken entry are told"
    markdown = to_markdown("library.bib", BIBTEX)
    assert "Only on paper" in markdown
    assert "Never closed" in markdown


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("page.html", "<html><body>Hello</body></html>", "web page"),
        ("books.csv", "Title,Year\nAlpha,2012\n", "no column with web addresses"),
        ("refs.bib", "Nothing @ all", "BibTeX file has no entry"),
    ],
)
def test_what_is_no_list_is_named_for_what_it_is(name, text, words):
    with pytest.raises(NotConvertible, match=words):
        to_markdown(name, text)


@pytest.mark.django_db
def test_the_markdown_is_shown_before_it_is_applied(desk):
    upload = {"title": "Mine", "file": SimpleUploadedFile("bookmarks.html", BOOKMARKS.encode())}
    desk.post(reverse("admin:catalog_readinglist_upload"), upload)
    run_waiting_jobs()
    page = desk.get(reverse("admin:catalog_readinglist_preview", args=[Upload.objects.get().pk])).content.decode()
    assert "- [Beta](&lt;https://b.org&gt;)" in page
    # What was converted once is Markdown from then on.
    start_reading(Upload.objects.get(), by=Upload.objects.get().by)
    run_waiting_jobs()
    assert (
        "- [Beta](&lt;https://b.org&gt;)"
        in desk.get(reverse("admin:catalog_readinglist_preview", args=[Upload.objects.get().pk])).content.decode()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text", "title"), [("library.bib", BIBTEX, "library"), ("page.html", "<html>Hello</html>", "page")]
)
def test_a_file_is_converted_by_the_job_not_by_the_request(desk, monkeypatch, name, text, title):
    asked, convert = [], conversion.to_markdown
    monkeypatch.setattr("catalog.imports.upload.to_markdown", lambda *file: asked.append(file) or convert(*file))
    desk.post(reverse("admin:catalog_readinglist_upload"), {"file": SimpleUploadedFile(name, text.encode())})
    upload = Upload.objects.get()
    assert (upload.text, upload.title, asked) == (text, title, [])
    run_waiting_jobs()
    assert len(asked) == 1
    page = desk.get(reverse("admin:catalog_readinglist_preview", args=[upload.pk])).content.decode()
    assert ("# library" if name == "library.bib" else "This is a web page, not a list.") in page
