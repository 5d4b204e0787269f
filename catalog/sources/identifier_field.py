"""A column for an arXiv id, a DOI or an ISBN."""

from django.core.exceptions import ValidationError
from django.db import models

from .identifiers import identifier_of


class IdentifierField(models.CharField):
    """Takes an identifier in any writing, keeps the one of `catalog.sources.identifiers`, and refuses what is none."""

    def clean(self, value: str, model_instance: models.Model | None) -> str:
        try:
            return super().clean(identifier_of(value), model_instance)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def deconstruct(self) -> tuple:
        """To the database it is a text like any other."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
