"""`manage.py render`: renders stored texts anew after an upgrade of the renderer."""

from django.core.management.base import BaseCommand, CommandError

from readlist_site.base.text import RendererUnavailable
from readlist_site.run.render_anew import render_anew

_WIDTH = 40  # characters of the bar


class Command(BaseCommand):
    help = (
        "Render texts again that an older version of Readlist rendered: posts, answers, drafts, reviews, replies and "
        "the list's own texts. Safe to stop and repeat at any time, also while the server runs."
    )

    def handle(self, **options) -> None:
        try:
            changed = render_anew(self._show_progress)
        except RendererUnavailable as error:
            raise CommandError("The server was too busy to render all texts. Run this again to continue.") from error
        self.stdout.write(f"{changed:,} text{'' if changed == 1 else 's'} rendered again.")

    def _show_progress(self, done: int, of: int) -> None:
        """Draws a bar on a terminal; elsewhere writes one line per batch."""
        if not of:
            return
        counts = f"{done:,} of {of:,}"
        if not self.stderr.isatty():
            self.stderr.write(counts)
            return
        filled = _WIDTH * done // of
        self.stderr.write(f"[{'█' * filled}{'·' * (_WIDTH - filled)}] {counts}", ending="\r" if done < of else "\n")
        self.stderr.flush()
