"""The summaries of the demo group, a module for each part of the list."""

from . import dynamics, evaluation, judgment, post_training, systems

WRITTEN = tuple(
    written for part in (post_training, dynamics, evaluation, systems, judgment) for written in part.WRITTEN
)
