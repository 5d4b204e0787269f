"""The form with which an image is uploaded."""

from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from readlist_site.base.web.short_text import ShortTextField

from .reencode import MAX_BYTES, SENTENCES


class ImageForm(forms.Form):
    """A file, and what it shows. What kind of file it is, is seen when it is read, not by its name."""

    file = forms.FileField(
        label=_("Image"),
        help_text=_("PNG, JPEG, WebP or GIF, at most 5 MB. Information about place, time and camera is removed."),
        allow_empty_file=True,
        max_length=None,
        error_messages={"required": _("Choose an image."), "invalid": _("Choose an image.")},
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif", "class": "input"}),
    )
    description = ShortTextField(
        required=False,
        max_length=300,
        label=_("Description"),
        help_text=_("What does it show? For people who can’t see it."),
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if not file.size:
            raise ValidationError(SENTENCES["empty"])
        if file.size > MAX_BYTES:
            raise ValidationError(SENTENCES["too_large"])
        return file

    def content(self) -> tuple[bytes, str]:
        """Returns the uploaded bytes, and their digest, once the form is valid."""
        content: Any = self.cleaned_data["file"].read()
        return content, sha256(content).hexdigest()
