from django.db import models


class Role(models.TextChoices):
    """What a source is there for. Blank on an entry or a heading: as the nearest heading above says."""

    CORE = "core", "core"
    PRACTITIONER = "practitioner", "practitioner"
    SUPPORTING = "supporting", "supporting"
    CASE_STUDY = "case_study", "case study"
    OPTIONAL = "optional", "optional"
