"""Imports the modules with models, so that Django registers them."""

from .image import Image

__all__ = ["Image"]
