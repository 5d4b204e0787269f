"""The health of links: which are due (`rounds`), what a visit means (`judging`), what comes of it (`recording`)."""

from .rounds import check, check_due

__all__ = ["check", "check_due"]
