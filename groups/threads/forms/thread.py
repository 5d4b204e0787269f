"""The forms of a new thread and of its settings, and that for what a member is notified of."""

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.members.group import Group
from groups.members.membership import Membership
from groups.threads.thread import Thread
from groups.threads.thread_subject import find_subject, subject_choices, subject_label
from readlist_site.base.web.markdown_forms import IdempotencyKeyField, MarkdownField, MarkdownForm
from readlist_site.base.web.short_text import ShortTextField


class ThreadSettingsForm(forms.Form):
    """What can be changed of a thread: its title, kind and subject."""

    title = ShortTextField(
        max_length=160,
        label=_("Title"),
        help_text=_("A question works best, for example: Does a larger batch hurt the final loss?"),
        error_messages={"required": _("Enter a title.")},
    )
    kind = forms.ChoiceField(
        required=False,
        label=_("Kind"),
        choices=Thread.Kind.choices,
        initial=Thread.Kind.DISCUSSION,
        help_text=_("If it is a question, you can later mark the post that answers it."),
        widget=forms.RadioSelect,
    )
    about = forms.ChoiceField(required=False, label=_("About"))

    def __init__(self, *args, group: Group, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.group, self.user = group, user
        self.fields["about"].choices = subject_choices(group)
        chosen = self["about"].value()
        if about := find_subject(group, user, chosen):
            self._offer(chosen, subject_label(about))

    def _offer(self, key: str, words: str) -> None:
        """Add the source or submission that the form was opened from to the choices."""
        if not self.fields["about"].valid_value(key):
            at_large, *topics = self.fields["about"].choices
            self.fields["about"].choices = [at_large, (key, words), *topics]

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Thread.Kind.DISCUSSION

    def clean_about(self):
        return find_subject(self.group, self.user, self.cleaned_data["about"])


class ThreadForm(ThreadSettingsForm, MarkdownForm):
    """A title, a kind, a subject, and the first post."""

    body = MarkdownField(
        takes_images=True,
        label=_("First post"),
        help_text=_("Markdown and $LaTeX$"),
        error_messages={"required": _("Write the first post.")},
    )
    idempotency_key = IdempotencyKeyField()


class CloseForm(forms.Form):
    """Why a thread is closed."""

    reason = ShortTextField(
        max_length=300,
        label=_("Reason"),
        help_text=_("All members can read it."),
        error_messages={"required": _("Give a reason.")},
    )


class FollowLevelForm(forms.Form):
    """The level for all threads that the member neither follows nor has muted."""

    follow_level = forms.ChoiceField(
        label=_("Notifications"), choices=Membership.FollowLevel.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args, membership: Membership, **kwargs) -> None:
        super().__init__(*args, initial={"follow_level": membership.follow_level}, **kwargs)
        self.membership = membership

    def save(self) -> None:
        """Write this column alone, as long as the membership lasts."""
        Membership.objects.filter(pk=self.membership.pk).update(**self.cleaned_data)
