"""Static files as a hosted instance serves them: compressed, named by their content, the style sheets as one.

The sheet that pages link is a list of `@import`s, one file for each concept, which is pleasant to write and forty
requests to load. Here it becomes a single file; the layers stay what they are, so the cascade does, too.
"""

import re
from collections.abc import Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/index.css"
IMPORT = re.compile(r'^@import "(?P<file>[\w-]+\.css)"(?: layer\((?P<layer>\w+)\))?;$', re.MULTILINE)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with `SHEET` made whole before its name is made of its content."""

    def post_process(self, paths: dict, dry_run: bool = False, **options) -> Iterator[tuple]:
        if SHEET in paths and not dry_run:
            self._make_whole()
            paths[SHEET] = (self, SHEET)
        yield from super().post_process(paths, dry_run, **options)

    def _make_whole(self) -> None:
        path = self.path(SHEET)
        with open(path, encoding="utf-8") as sheet:
            text = IMPORT.sub(self._imported, sheet.read())
        with open(path, "w", encoding="utf-8") as sheet:
            sheet.write(text)

    def _imported(self, found: re.Match[str]) -> str:
        # Both files lie in one folder, so that the addresses in the imported one stay right.
        with open(self.path(f"css/{found['file']}"), encoding="utf-8") as part:
            text = part.read()
        return f"@layer {found['layer']} {{\n{text}}}\n" if found["layer"] else text
