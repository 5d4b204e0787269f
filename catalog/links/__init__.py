"""The health of links: which are due (`rounds`), what a visit means (`judging`), what comes of it (`recording`)."""

from .crawl import crawl, crawl_due

__all__ = ["crawl", "crawl_due"]
