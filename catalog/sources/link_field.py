"""A link that somebody types."""

from django import forms

from .canonical_url import url_key


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
            raise forms.ValidationError(str(error)) from error
        return url
