from .draft import Draft
from .reading import Reading
from .revision import Answer, BasedOn, Revision
from .summary import Summary

__all__ = ["Answer", "BasedOn", "Draft", "Reading", "Revision", "Summary"]
