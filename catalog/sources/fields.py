"""Fields of a source: a model field for an arXiv id, DOI or ISBN, and a form field for its link."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from .canonical_url import url_key
from .identifiers import identifier_of


class IdentifierField(models.CharField):
    """Accepts an identifier in any spelling and stores the form of `identifier_of`. `clean` raises ValidationError for
    anything else."""

    def clean(self, value: str, model_instance: models.Model | None) -> str:
        try:
            return super().clean(identifier_of(value), model_instance)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def deconstruct(self) -> tuple:
        """Appears as a plain CharField in migrations."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class LinkField(forms.URLField):
    """A URL that `url_key` accepts, which is stricter than Django's URLField."""

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
