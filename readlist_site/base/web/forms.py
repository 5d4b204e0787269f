"""The form renderer of all forms, named by the setting FORM_RENDERER.

It gives bound fields their CSS class and error messages, and the first field with an error the focus. Templates write
`{% include "field.html" with field=form.name %}`, or `{{ form }}` for the whole form."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By error code. A field's own `error_messages` take precedence.
ERROR_MESSAGES = {
    "required": _("Fill in this field."),
    "max_length": _("Use at most %(limit_value)d characters. This has %(show_value)d."),
    "min_length": _("Use at least %(limit_value)d characters. This has %(show_value)d."),
    "min_value": _("Enter a number of at least %(limit_value)s."),
    "max_value": _("Enter a number of at most %(limit_value)s."),
    "invalid_choice": _("Choose one of the options."),
    "null_characters_not_allowed": _(
        "This contains a character that can’t be saved. Type the text instead of pasting it."
    ),
}

# What a URLField says of anything else.
NO_LINK = _("This is not a web address. One looks like https://arxiv.org/abs/2305.18290.")

# Characters of a line that are given back to whoever sent it. Nobody types as many.
LONGEST_LINE = 10_000


class ReadlistBoundField(forms.BoundField):
    """A bound field with this project's CSS class, error messages and autofocus."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        messages = ERROR_MESSAGES | ({"invalid": NO_LINK} if isinstance(field, forms.URLField) else {})
        for code, message in messages.items():
            if field.error_messages.get(code) is _default_message(field, code):
                field.error_messages[code] = message

    def build_widget_attrs(self, attrs: dict, widget: forms.Widget | None = None) -> dict:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if is_text_input(widget) and "class" not in widget.attrs:
            attrs.setdefault("class", "input")
        if direction := typed_direction(widget):
            attrs.setdefault("dir", direction)
        if self.takes_focus and not self.use_fieldset:
            attrs["autofocus"] = True
        return attrs

    def value(self) -> Any:
        """Returns what the widget shows. Of a line of megabytes only the beginning, since filling it into a page takes
        longer than refusing it."""
        value, widget = super().value(), self.field.widget
        is_line = isinstance(widget, forms.widgets.Input) and not widget.is_hidden
        return value[:LONGEST_LINE] if is_line and isinstance(value, str) else value

    @property
    def takes_focus(self) -> bool:
        """Whether this is the form's first visible field with an error."""
        return bool(self.errors) and self.name == next(
            (name for name in self.form.fields if name in self.form.errors and not self.form[name].is_hidden), None
        )


def _default_message(field: forms.Field, code: str) -> Promise | str | None:
    """Returns the message that Django's own class of the field has for an error; None if it has none."""
    for each in type(field).__mro__:
        if each.__module__.startswith("django.") and code in getattr(each, "default_error_messages", {}):
            return each.default_error_messages[code]
    return None


def is_text_input(widget: forms.Widget) -> bool:
    """Returns whether a widget is a text input, textarea or select, as opposed to a checkbox, hidden or file input."""
    excluded = isinstance(widget, forms.CheckboxInput | forms.HiddenInput | forms.FileInput)
    return isinstance(widget, forms.widgets.Input | forms.Textarea | forms.Select) and not excluded


def typed_direction(widget: forms.Widget) -> str:
    """Returns the direction in which what is typed into a widget is read: "auto", for an address "ltr", or ""."""
    if isinstance(widget, forms.EmailInput | forms.URLInput):
        return "ltr"
    return "auto" if isinstance(widget, forms.Textarea) or getattr(widget, "input_type", "") == "text" else ""


class Renderer(TemplatesSetting):
    """Looks for form templates in this project first, then in Django."""

    form_template_name = "form.html"
    field_template_name = "field.html"
    bound_field_class = ReadlistBoundField
