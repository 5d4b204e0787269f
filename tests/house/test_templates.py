"""What the strict Content-Security-Policy would refuse, or a checker of HTML, stands in no template."""

import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "templates"
PAGES = sorted(FOLDER.rglob("*.html"))

LONGEST_LINE = 160

FORBIDDEN = {
    "a style attribute": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "a script in the page": r"<script\b(?![^>]*\bsrc=)",
    "an event handler": r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']",
    "a javascript: address": r"javascript:",
    "something of another host": r"<(?:script|img|link|iframe|source|use)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//",
    "a form for another host": r"<form\b[^>]*\baction=[\"']?(?:https?:)?//",
    "an hx- attribute that is not data-hx-": r"(?<!data-)\bhx-[a-z-]+\s*=",
    "text let through that is not HTML of ours": r"(?<!_html)(?<!help_text)\|\s*safe\b|\{%\s*autoescape off",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what):
    found = [
        f"{page.relative_to(FOLDER)}: {match[0]}"
        for page in PAGES
        for match in re.finditer(FORBIDDEN[what], page.read_text(), re.IGNORECASE)
    ]
    assert not found


def test_no_style_sheet_loads_from_elsewhere():
    sheets = sorted(Path(settings.BASE_DIR / "static" / "css").rglob("*.css"))
    assert sheets
    assert not [
        sheet.name for sheet in sheets if re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text())
    ]


def test_no_line_of_a_template_is_too_long_to_read_or_to_merge():
    found = [
        f"{page.relative_to(FOLDER)}:{number}: {len(line)} characters"
        for page in sorted(path for path in FOLDER.rglob("*") if path.is_file())
        for number, line in enumerate(page.read_text().splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert not found
