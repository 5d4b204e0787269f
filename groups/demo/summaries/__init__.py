"""What the demo group wrote, by the part of the list that it is about."""

from . import dynamics, evaluation, judgment, post_training, systems

WRITTEN = tuple(
    written for part in (post_training, dynamics, evaluation, systems, judgment) for written in part.WRITTEN
)
