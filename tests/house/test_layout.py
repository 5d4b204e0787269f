"""Where the code stands: no module is too short to stand alone, no name is there twice, templates and tests stand in
the folder of their concept, and no imports go in a circle.

The order of the apps and of their folders is a contract in `pyproject.toml`, which `make lint` checks."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
ROOT_PACKAGES = ("readlist_site", "catalog", "notes", "groups")
# The parts of `readlist_site` are as separate as apps.
APPS = (
    "catalog", "notes", "groups",
    "readlist_site/base", "readlist_site/pages", "readlist_site/personal_data", "readlist_site/run",
)  # fmt: skip

FEWEST_LINES = 25
# Found by Django under this name, however short they are.
FRAMEWORK_NAMES = {"__init__", "admin", "apps", "models", "urls", "wsgi"}
FRAMEWORK_FOLDERS = {"admin_formats", "commands", "templatetags"}
SHORT = {
    "catalog/imports/three_way_merge.py": "a rule that is looked for by its name",
    "readlist_site/admin_config.py": "the admin's AppConfig, named in INSTALLED_APPS",
    "readlist_site/base/accounts/reset_links.py": "two commands make reset links; mails need the address of the site",
}

# Every folder may have one of these.
REPEATED_NAMES = FRAMEWORK_NAMES | {"forms", "notifications", "rules", "views"}
# A concept has its name in each of these layers.
LAYERS = {"admin", "commands", "forms", "management", "templatetags", "views"}
ONE_CONCEPT = {
    ("catalog", "entry"): "read from Markdown, and stored",
    ("catalog", "method"): "read from Markdown, stored, and imported",
    ("groups", "group"): "the model, and the page that gathers what concerns it",
    ("groups", "submission"): "the model, and the page that gathers what concerns it",
    ("readlist_site/base", "formats"): "of our pages, and where Django looks for those of its admin",
}


def _modules(folder: str) -> list[Path]:
    """The modules of a folder and those below it, by their paths from the root. Migrations are not looked at."""
    found = (path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def _is_of_framework(path: Path) -> bool:
    return path.stem in FRAMEWORK_NAMES or not FRAMEWORK_FOLDERS.isdisjoint(path.parts)


def test_no_module_is_too_short_to_stand_alone():
    modules = [path for package in ROOT_PACKAGES for path in _modules(package) if not _is_of_framework(path)]
    short = {str(path) for path in modules if len((ROOT / path).read_text().splitlines()) < FEWEST_LINES}
    assert short == set(SHORT)


@pytest.mark.parametrize("app", APPS)
def test_two_modules_share_a_name_only_where_they_are_layers_of_one_concept(app):
    folders_by_name = defaultdict(set)
    for path in _modules(app):
        folder = tuple(part for part in path.parent.parts if part not in LAYERS)
        # What stands in a layer of the whole app belongs to whichever folder has the concept.
        if path.stem not in REPEATED_NAMES and folder != Path(app).parts:
            folders_by_name[path.stem].add(folder)
    shared = {name for name, folders in folders_by_name.items() if len(folders) > 1}
    assert shared == {name for of_app, name in ONE_CONCEPT if of_app == app}


@pytest.mark.parametrize("app", ["catalog", "groups"])
@pytest.mark.parametrize("mirror", ["templates", "tests"])
def test_templates_and_tests_mirror_the_folders_of_the_code(mirror, app):
    assert _folders(ROOT / mirror / app) <= _folders(ROOT / app)


def _folders(path: Path) -> set[str]:
    return {each.parent.name for each in path.glob("*/*") if not each.parent.name.startswith((".", "__"))}


def test_no_imports_go_in_a_circle():
    """Imports inside functions and for typing count; so does what a package's `__init__` passes on."""
    paths = {_dotted(path): path for package in ROOT_PACKAGES for path in _modules(package)}
    imports = {module: set(_imported(module, path, paths)) - {module} for module, path in paths.items()}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" ← ".join(error.args[1]))


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _imported(module: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of ours that a module names in its import statements, wherever these stand."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            package = _package_named(node, module, is_package=path.stem == "__init__")
            named = (f"{package}.{alias.name}" for alias in node.names)
            yield from (name if name in known else package for name in named if name in known or package in known)


def _package_named(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    """What `from … import` names, in full: `catalog.links` for `from ..links import` in `catalog.admin.source`."""
    if not node.level:
        return node.module or ""
    above = module.split(".")
    left = len(above) - node.level + is_package
    return ".".join([*above[:left], *([node.module] if node.module else [])])
