"""The form for a report on a source."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.curation.report import AlreadyReported, Report
from catalog.sources.fields import LinkField
from catalog.sources.source import Source
from readlist_site.base.web.short_text import ShortTextField

_MISSING = {
    Report.Kind.WRONG: gettext_lazy("Describe what the link leads to."),
    Report.Kind.OUTDATED: gettext_lazy("Describe what is outdated."),
}


class ReportForm(forms.ModelForm):
    """A report. The text is required unless the kind is BROKEN."""

    use_required_attribute = False

    better_url = LinkField(label=gettext_lazy("Better link (optional)"), required=False)

    class Meta:
        model = Report
        fields = ("kind", "text")
        field_classes = {"text": ShortTextField}
        labels = {"kind": gettext_lazy("Problem"), "text": gettext_lazy("Description")}
        help_texts = {"text": gettext_lazy("Optional if the link is broken.")}
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"kind": {"required": gettext_lazy("Choose a problem.")}}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Leave out the empty choice that ModelForm adds.
        self.fields["kind"].choices = Report.Kind.choices

    def clean(self) -> dict:
        data = super().clean()
        if "text" in data and not data["text"].strip() and (missing := _MISSING.get(data.get("kind"))):
            self.add_error("text", missing)
        return data

    def report(self, source: Source, person) -> Report | None:
        """Create the report. Returns None, with an error on `kind`, if the person has an open one of this kind."""
        try:
            return Report.objects.report(source, by=person, **self.cleaned_data)
        except AlreadyReported:
            self.add_error("kind", _("You already reported this. A curator will look at it."))
        return None
