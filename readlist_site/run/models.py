"""The models of this app."""

from .periodic_task import PeriodicTask

__all__ = ["PeriodicTask"]
