"""Pictures of every page, to be looked at: `make looks` takes them in four widths, in English, German and the
pseudo-language, light and dark. No test: pytest runs it when it is named, and it finds nothing but pages that fail."""

import os
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core.exceptions import ObjectDoesNotExist
from playwright.sync_api import Error

from tests.base.languages.pseudo import LANGUAGE, pseudo_language
from tests.browser.test_looks import TELLING, telling
from tests.house.addresses import ADDRESSES
from tests.house.demo import make_demo_world

WIDTHS, THEMES = (320, 390, 820, 1440), ("light", "dark")
ROLES = ("anonymous", "stranger", "member", "reviewer", "author", "owner")
LANGUAGES = {"en": "en-GB", "de": "de-DE", "pseudo": "en-GB"}
FOLDER = Path(os.environ.get("LOOKS") or "test-results/looks")


@pytest.mark.timeout(3 * 3600)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_take_pictures(role, language, transactional_db, page_for, console, settings):
    console.expect("Failed to load resource")
    world = make_demo_world()
    if language == "pseudo":
        settings.LANGUAGE_CODE = LANGUAGE
    taken = 0
    with pseudo_language() if language == "pseudo" else nullcontext():
        page = page_for(world.people.get(role), locale=LANGUAGES[language])
        for name, address in ADDRESSES.items():
            if not address.get or role not in (TELLING.get(name) or telling(name, address.get)):
                continue
            try:
                answer = page.goto(address.url(name, world))
            except (Error, ObjectDoesNotExist, AttributeError):  # a file, or nothing of this kind in the demo group
                continue
            if answer is None or "html" not in answer.headers.get("content-type", ""):
                continue
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    page.screenshot(path=FOLDER / language / f"{name}-{role}-{width}-{theme}.png", full_page=True)
                    taken += 1
            if os.environ.get("LOOKS_FEW") and taken > 20:
                break
    assert taken
