"""Fields for what is typed of a source: a column for an arXiv id, a DOI or an ISBN; a form field for its link."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from .canonical_url import url_key
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


class LinkField(forms.URLField):
    """An address by which a source can be known: not all that looks like one is."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"max_length": 500, "assume_scheme": "https"} | kwargs)

    def clean(self, value: str | None) -> str:
        url = super().clean(value)
        try:
            if url:
                url_key(url)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return url
