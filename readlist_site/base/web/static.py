"""Static files of a hosted instance: compressed, with hashed names, the style sheets bundled into one.

The sheet that pages link is a list of `@import`s, one file per concept, which would take forty requests. It is replaced
by a single file; the cascade layers are preserved."""

import filecmp
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from django.contrib.staticfiles import finders
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/index.css"
IMPORT = re.compile(r'^@import "(?P<file>[\w-]+\.css)"(?: layer\((?P<layer>\w+)\))?;$', re.MULTILINE)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which inlines the imports of `SHEET` before its content is hashed."""

    def get_modified_time(self, name: str) -> datetime:
        """Makes collectstatic copy a file again exactly if its content has changed. By its date it might not: the files
        of an unpacked archive or image may be older than what was collected from the version before."""
        if name != SHEET and not filecmp.cmp(finders.find(name), self.path(name), shallow=False):
            raise NotImplementedError
        return datetime.now(UTC)

    def post_process(self, paths: dict, dry_run: bool = False, **options) -> Iterator[tuple]:
        if SHEET in paths and not dry_run:
            self._inline_imports(*paths[SHEET])
            paths[SHEET] = (self, SHEET)
        yield from super().post_process(paths, dry_run, **options)

    def _inline_imports(self, source: Storage, path: str) -> None:
        """From the source, since what was collected before is a bundle of the parts as they were then."""
        with source.open(path) as sheet:
            text = IMPORT.sub(self._imported, sheet.read().decode())
        with open(self.path(SHEET), "w", encoding="utf-8") as sheet:
            sheet.write(text)

    def _imported(self, match: re.Match[str]) -> str:
        # Both files are in one folder, so relative URLs in the imported file stay valid.
        with open(self.path(f"css/{match['file']}"), encoding="utf-8") as part:
            text = part.read()
        return f"@layer {match['layer']} {{\n{text}}}\n" if match["layer"] else text
