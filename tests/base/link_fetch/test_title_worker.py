"""What a page or a PDF calls itself, however it was written, and whatever it wants to do to us."""

import io
import time
import zlib

import pytest
from pypdf import PdfWriter

from readlist_site.base.link_fetch.title_worker import read_title


def of(body: bytes, kind: str = "html", charset: str = "", **more) -> str:
    return read_title(body, kind, charset, **more)


@pytest.mark.parametrize(
    ("body", "charset", "expected"),
    [
        (b"<title>\n Plain \t title\n</title>", "", "Plain title"),
        (b"<TITLE>Ab &amp; c &#8211; d</TITLE>", "", "Ab & c – d"),
        (b"<title>Site</title><meta property='og:title' content='The &quot;work&quot;'>", "", 'The "work"'),
        (b"<meta name=citation_title content=Paper><meta property=og:title content=x>", "", "Paper"),
        ("<title>Überlegung</title>".encode("latin-1"), "iso-8859-1", "Überlegung"),
        ("<meta charset='windows-1251'><title>Обзор</title>".encode("cp1251"), "", "Обзор"),
        ("<title>深層学習</title>".encode("euc-jp"), "euc-jp", "深層学習"),
        ("\ufeff<title>Mark</title>".encode("utf-16-le"), "utf-8", "Mark"),
        ("<title>Überlegung</title>".encode("latin-1"), "utf-8", "\ufffdberlegung"),
        (b"<title>Ok</title>", "no-such-charset", "Ok"),
        (b"<title>Ok</title>", "zip", "Ok"),
        (b"<title>Ok</title>", "--help", "Ok"),
        (b"<svg><title></title></svg><h1>No title</h1>", "", ""),
        (b"<title>Never closed", "", ""),
        (b"\x00\xff\xfe<<<>>&#xFFFFFFFF;", "", ""),
        (b"<title>a\x00b&#x202E;c</title>", "", "a b c"),
        (b"<title>" + b"x" * 100_000 + b"</title>", "", "x" * 500),
    ],
)
def test_the_title_of_a_page(body, charset, expected):
    assert of(body, charset=charset) == expected


def test_a_pdf_names_itself_or_begins_with_its_title():
    assert of(pdf("Attention Is All You Need"), "pdf") == "Attention Is All You Need"
    assert of(pdf("paper.dvi", "Scaling Laws for Us"), "pdf") == "Scaling Laws for Us"
    assert of(pdf("", "Scaling Laws for Us"), "pdf") == "Scaling Laws for Us"


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7\nbroken", b"", b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 1 0 R>>", b"<title>no</title>"]
)
def test_a_broken_pdf_has_no_title(body):
    assert of(body, "pdf") == ""


def test_a_pdf_that_unpacks_to_more_than_there_is_room_for_has_no_title():
    began = time.monotonic()
    assert of(pdf("", bomb=True), "pdf", seconds=3) == ""
    assert time.monotonic() - began < 10


def test_what_takes_too_long_is_given_up():
    assert of(b"<title>x</title>", seconds=0.001) == ""


def pdf(named: str, text: str = "", *, bomb: bool = False) -> bytes:
    """A PDF of one page, with this in its metadata and that on its page."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    if named:
        writer.add_metadata({"/Title": named})
    writer.write(file)
    made = file.getvalue()
    if not (text or bomb):
        return made
    content = f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode()
    return _by_hand(named, zlib.compress(b" " * 150_000_000 if bomb else content, 1))


def _by_hand(named: str, content: bytes) -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title(%s)>>" % named.encode(),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 7\n0000000000 65535 f \n%strailer<</Size 7/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF"
    return bytes(out) + end % (table, len(out))
