"""Why a review is not for somebody."""

from django import forms

from groups.reviews.skip import Skip
from readlist_site.base.web.short_text import ShortTextField


class SkipForm(forms.ModelForm):
    """One reason, and words where it needs them."""

    use_required_attribute = False

    class Meta:
        model = Skip
        fields = ("reason", "explanation")
        field_classes = {"explanation": ShortTextField}
        labels = {"reason": "Why not?", "explanation": "In your own words (optional)"}
        widgets = {"reason": forms.RadioSelect}
        error_messages = {"reason": {"required": "Choose the reason that comes nearest."}}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Without the empty choice that a model's field begins with.
        self.fields["reason"].choices = Skip.Reason.choices
