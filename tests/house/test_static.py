"""The files that the app serves itself: all there, under names that change with their content."""

import os
import re

import pytest
from django.conf import settings as project
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template.loader import get_template
from django.test import override_settings

TEMPLATES = project.BASE_DIR / "templates"
NAMED = re.compile(r"{%\s*static\s+[\"']([^\"']+)[\"']")


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The folder that collectstatic fills; it fails by itself on a style sheet that names a missing file."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, STORAGES=project.COLLECTED):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield folder


def test_every_file_that_a_template_names_is_there(collected):
    names = {name for path in TEMPLATES.rglob("*.html") for name in NAMED.findall(path.read_text())}
    assert {"css/index.css", "icons.svg", "favicon.svg"} <= names
    for name in names:
        path = collected / staticfiles_storage.url(name).removeprefix(project.STATIC_URL)
        assert path.exists(), name


def test_the_style_sheets_are_one_file(collected):
    sheet = (collected / staticfiles_storage.url("css/index.css").removeprefix(project.STATIC_URL)).read_text()
    assert "@import" not in sheet
    assert sheet.count("@layer components {") > 20
    for part in (project.BASE_DIR / "static" / "css").glob("*.css"):
        for rule in re.findall(r"^\.[\w-]+", part.read_text(), re.MULTILINE):
            assert rule in sheet, f"{part.name}: {rule}"


def test_a_class_belongs_to_one_component():
    """Two that share a name change each other's pages."""
    folder = project.BASE_DIR / "static" / "css"
    owners: dict[str, set[str]] = {}
    for part in set(folder.glob("*.css")) - {folder / "print.css"}:
        for name in re.findall(r"^\.([\w-]+) \{", part.read_text(), re.MULTILINE):
            owners.setdefault(name, set()).add(part.name)
    assert len(owners) > 100
    assert {name: sheets for name, sheets in owners.items() if len(sheets) > 1} == {}


def test_an_upgrade_brings_its_style_sheets_whatever_the_dates_of_its_files(collected, tmp_path):
    for name in ("css/base.css", "css/math.css"):
        changed = tmp_path / name
        changed.parent.mkdir(exist_ok=True)
        changed.write_text((project.BASE_DIR / "static" / name).read_text() + ".of-the-new-version { color: red }")
        os.utime(changed, (0, 0))
    with override_settings(STATIC_ROOT=collected, STATICFILES_DIRS=[tmp_path, *project.STATICFILES_DIRS]):
        call_command("collectstatic", interactive=False, verbosity=0)
        for name in ("css/index.css", "css/math.css"):
            sheet = collected / staticfiles_storage.url(name).removeprefix(project.STATIC_URL)
            assert ".of-the-new-version" in sheet.read_text(), name
    call_command("collectstatic", interactive=False, verbosity=0)


def test_every_icon_that_a_template_names_is_drawn():
    drawn = set(re.findall(r'<symbol[^>]*\bid="([\w-]+)"', (project.BASE_DIR / "static" / "icons.svg").read_text()))
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'"icon\.html" with name="([\w-]+)"|icons\.svg\' %}#([\w-]+)', path.read_text())
    }
    assert {one or other for one, other in named} <= drawn


def test_what_is_shown_when_all_else_is_broken_needs_no_changing_name():
    for name in re.findall(r'"/static/([^"#]+)', (TEMPLATES / "bare.html").read_text()):
        assert (project.BASE_DIR / "static" / name).exists(), name


@pytest.mark.parametrize("path", sorted(str(p.relative_to(TEMPLATES)) for p in TEMPLATES.rglob("*.html")))
def test_every_template_can_be_read(path):
    get_template(path)


# Classes that stand whole in no `class` of a template and in no script, and who writes them.
WRITTEN_ELSEWHERE = {
    "readlist_site/base/text/mathml.py": r"apart|nearer|boxed|struck|(at|close|dashes|rule)-\w+",
    "readlist_site/base/text/highlight.py": "[ckms]",
    "the alignment of a table in Markdown": "center|right",
    "the classes of readlist_site/text's HTML": "alert|anchored|box|footnotes|formula|note(back|ref)|nowrap|table|task",
    "the boxes of a form": "input|written",
    "notes/line_meter.py, for the ticks of the line meter": "line|on|over",
    "the `size` of a face": "large|tiny",
    "catalog's kinds of heading": r"is-\w+",
    "Django's admin and SortableJS": "errorlist|sortable-fallback",
    "the link of a mention": "mention",
}

NO_RULE = re.compile(r"/\*.*?\*/|url\(.*?\)|@import [^;]*;", re.DOTALL)


def test_every_class_of_a_style_sheet_is_used():
    read = [re.sub(r"{%.*?%}|{{.*?}}", " ", path.read_text()) for path in TEMPLATES.rglob("*.html")]
    used = {name for text in read for value in re.findall(r'\bclass="([^"]*)"', text) for name in value.split()}
    for script in (project.BASE_DIR / "static" / "js").glob("*.js"):
        used.update(re.findall(r"[\w-]+", script.read_text()))
    elsewhere = re.compile("|".join(WRITTEN_ELSEWHERE.values()))
    unused = {
        f"{sheet.name}: .{name}"
        for sheet in (project.BASE_DIR / "static" / "css").rglob("*.css")
        for name in re.findall(r"\.([a-z][\w-]*)", NO_RULE.sub("", sheet.read_text()))
        if name not in used and not elsewhere.fullmatch(name)
    }
    assert not unused


# Left, right, top, bottom, width and height, where CSS has a word that follows the direction of the text.
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:scroll-)?(?:margin|padding)-|border-|inset-)?(?:left|right|top|bottom)(?:-(?:width|style|color))?\s*:"
    r"|(?<![\w-])border-(?:top|bottom)-(?:left|right)-radius\s*:"
    r"|(?<![\w-])(?:min-|max-)?(?:width|height)\s*:"
    r"|(?<![\w-])(?:text-align|float|clear)\s*:\s*(?:left|right)"
    # A shadow or a move to one side, or four sides of which left and right differ.
    r"|box-shadow\s*:\s*(?:inset\s+)?-?[1-9][\w.]*\s"
    r"|(?<![\w-])(?:margin|padding|inset|border-width)\s*:\s*"
    r"(?P<top>[^\s;()]+|\S*\([^)]*\)) (?P<right>[^\s;()]+|\S*\([^)]*\)) (?:[^\s;()]+|\S*\([^)]*\))"
    r" (?!(?P=right)[;\s])[^;]+;"
)
# As its author said of a table's column, in either direction.
AS_TYPED = {("prose.css", "text-align: right")}


def test_style_sheets_follow_the_direction_of_the_page():
    found = {
        (path.name, match[0])
        for path in (project.BASE_DIR / "static" / "css").rglob("*.css")
        for match in PHYSICAL.finditer(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL))
    }
    assert found == AS_TYPED


@pytest.mark.parametrize(
    "declaration",
    ["margin-left: 1px;", "left: 0;", "border-top-left-radius: 1px;", "text-align: left;", "padding: 0 1px 0 2px;",
     "max-width: 3rem;", "border-bottom: 1px solid;", "margin: 0 var(--a) 1px calc(1px + 2px);",
     "box-shadow: inset 3px 0 0 red;", "scroll-margin-top: 1px;"],
)  # fmt: skip
def test_what_does_not_follow_it_is_found(declaration):
    assert PHYSICAL.search(f".a {{ {declaration} }}")
    logical = "margin-inline: 0; padding: 0 1px 2px 1px; border-width: 1px; max-inline-size: 1px; inset: auto 0 1rem;"
    assert not PHYSICAL.search(f"@media (width < 44rem) {{ .a {{ {logical} }} }}")
