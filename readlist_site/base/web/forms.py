"""How every form of ours looks and speaks, so that no form has to say it again.

`FORM_RENDERER` names the renderer below. With it a bound field knows its class, says its errors in our words and, if it
is the first wrong one, takes the focus. A template writes `{% include "field.html" with field=form.name %}`, or for all
of them `{{ form }}`.
"""

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise

# By the code of the error. A field's own `error_messages` come first.
ERROR_MESSAGES = {
    "required": "This is missing.",
    "max_length": "There is room for %(limit_value)d characters; this has %(show_value)d.",
    "min_length": "This has %(show_value)d characters; %(limit_value)d are the least.",
    "invalid_choice": "Choose one of those offered.",
    "null_characters_not_allowed": "There is a character in this that can’t be kept: type it anew, don’t paste it.",
}


class ReadlistBoundField(forms.BoundField):
    """A field of a form, with its class, its words and its place in the order of mistakes."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        for code, words in ERROR_MESSAGES.items():
            # A lazy message is the library's stock; what a form of ours says is a plain string.
            if isinstance(field.error_messages.setdefault(code, words), Promise):
                field.error_messages[code] = words

    def build_widget_attrs(self, attrs: dict, widget: forms.Widget | None = None) -> dict:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if is_text_input(widget) and "class" not in widget.attrs:
            attrs.setdefault("class", "input")
        if self.takes_focus and not self.use_fieldset:
            attrs["autofocus"] = True
        return attrs

    @property
    def takes_focus(self) -> bool:
        """Whether this is the first field on the form with something wrong in it."""
        return bool(self.errors) and self.name == next(
            (name for name in self.form.fields if name in self.form.errors and not self.form[name].is_hidden), None
        )


def is_text_input(widget: forms.Widget) -> bool:
    """Whether one types or chooses in a box, as opposed to ticking."""
    ticked = isinstance(widget, forms.CheckboxInput | forms.HiddenInput | forms.FileInput)
    return isinstance(widget, forms.widgets.Input | forms.Textarea | forms.Select) and not ticked


class Renderer(TemplatesSetting):
    """Finds the templates of forms among ours, then among Django's."""

    form_template_name = "form.html"
    field_template_name = "field.html"
    bound_field_class = ReadlistBoundField
