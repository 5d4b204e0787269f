"""The forms of a report, and of what is done about it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from readlist_site.base.web.short_text import ShortTextField

from .report import ContentReport
from .subject import Kind, ReportSubject


class ContentReportForm(forms.Form):
    """Why something is reported."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=ContentReport.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    text = ShortTextField(
        required=False,
        max_length=1000,
        label=_("Description"),
        help_text=_("Optional, unless you choose “Something else”."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict:
        data = super().clean()
        if data.get("reason") == ContentReport.Reason.OTHER and "text" in data and not data["text"]:
            self.add_error("text", _("Describe what is wrong."))
        return data


Outcome = ContentReport.Outcome
# With a text, and of a name alone.
_LABELS = {
    Outcome.DELETED: (_("Delete the text"), ""),
    Outcome.REMOVED: (_("Delete the text and remove the member"), _("Remove the member")),
    Outcome.BANNED: (
        _("Delete the text, remove the member and ban them from joining again"),
        _("Remove the member and ban them from joining again"),
    ),
    Outcome.DISMISSED: (_("Dismiss the report and change nothing"), _("Dismiss the report and change nothing")),
}
_ALREADY_GONE = _("Close the report: the text is already deleted")


class HandleReportForm(forms.Form):
    """What is done about a report."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the options.")},
    )
    note = ShortTextField(
        required=False,
        max_length=300,
        label=_("Reason"),
        help_text=_("Only those who handle reports can read it."),
    )

    def __init__(self, *args, outcomes: list[str], subject: ReportSubject, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        is_text, is_gone = subject.kind != Kind.NAME, subject.is_gone
        has_text = is_text and not is_gone
        labels = {each: _LABELS[each][not has_text] for each in outcomes}
        if is_text and is_gone:
            labels[Outcome.DISMISSED] = _ALREADY_GONE
        self.fields["outcome"].choices = list(labels.items())
