"""Link checks: which are due (`link_schedule`), what a visit means (`evaluate`), what is written (`record`)."""

from .crawl import crawl, crawl_due

__all__ = ["crawl", "crawl_due"]
