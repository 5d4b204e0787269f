"""Roles of sources (core, practitioner, supporting, case study, optional) and the words that name them in titles."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The role of a source in its topic. A blank role is inherited from the nearest heading above that has one."""

    CORE = "core", _("core")
    PRACTITIONER = "practitioner", _("practitioner")
    SUPPORTING = "supporting", _("supporting")
    CASE_STUDY = "case_study", _("case study")
    OPTIONAL = "optional", _("optional")


_BRACKETS = re.compile(r"\([^)]*\)")
_OPTIONAL = re.compile(r"\b(optional|further reading|going deeper)\b", re.IGNORECASE)
_ROLES = [
    (Role.CORE, re.compile(r"^\s*(core|must[- ]reads?|primary|essentials?|required)\b", re.IGNORECASE)),
    (Role.PRACTITIONER, re.compile(r"^\s*(practition|practical|practice|hands-on|in practice)", re.IGNORECASE)),
    (Role.SUPPORTING, re.compile(r"^\s*(supporting|supplementary|background|secondary)\b", re.IGNORECASE)),
    (Role.CASE_STUDY, re.compile(r"\b(case stud(y|ies)|post-?mortems?)\b", re.IGNORECASE)),
]


def role_of_entry(title: str) -> str:
    """The entry's own role: OPTIONAL if its title says so in brackets, else ""."""
    return Role.OPTIONAL if any(_OPTIONAL.search(brackets) for brackets in _BRACKETS.findall(title)) else ""


def role_of_title(title: str) -> str:
    """The role that a heading's title names, or "". Words in brackets ("(Conceptual + Practitioner)") are ignored,
    except for "optional"."""
    name = _BRACKETS.sub("", title)
    for role, pattern in _ROLES:
        if pattern.search(name):
            return role
    return Role.OPTIONAL if _OPTIONAL.search(title) else ""
