from .choice import Choice
from .notice import Notice

__all__ = ["Choice", "Notice"]
