"""The box in which a question is asked right on the page of a topic, a source or a submission."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from groups.members.group import Group

from .forms.ask import AskForm
from .post_draft import PostDraft


@dataclass(frozen=True)
class AskBox:
    """What the box needs: the groups that can be asked, the key of the subject (see `thread_subject`), the draft of a
    thread about it, and the groups in which the reader has begun a thread about something else: a group has one draft
    of a new thread, which is continued on its own page."""

    groups: list[Group]
    about: str
    draft: PostDraft | None
    begun: list[Group]

    @property
    def form(self) -> AskForm:
        return AskForm(initial=self.draft.typed if self.draft else {})

    @property
    def group(self) -> Group | None:
        """The group that is chosen first."""
        drafted = self.draft.group_id if self.draft else None
        return next((each for each in self.groups if each.pk == drafted), next(iter(self.groups), None))


def thread_drafts(user) -> QuerySet[PostDraft]:
    """Return the drafts of new threads that a person has in their groups: what `ask_box` takes."""
    return PostDraft.objects.visible_to(user).filter(group__in=Group.objects.visible_to(user).order_by())


def ask_box(about: str, groups: Iterable[Group], drafts: Iterable[PostDraft]) -> AskBox | None:
    """Return the box for a subject in these groups of the reader, None if all of them are archived."""
    open_groups = [group for group in groups if not group.archived_at]
    by_group = {draft.group_id: draft for draft in drafts}
    begun = [group for group in open_groups if group.pk in by_group and by_group[group.pk].typed.get("about") != about]
    groups = [group for group in open_groups if group not in begun]
    draft = next((by_group[group.pk] for group in groups if group.pk in by_group), None)
    return AskBox(groups, about, draft, begun) if open_groups else None
