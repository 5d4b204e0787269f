"""Groups at the administrators' desk: who is in them, and the links that let people in.

What is written in a group (submissions, reviews, threads, posts) is not to be seen here. Curators see none of it.
"""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest

from groups.leaving.leave import leave_group
from groups.members.group import Group
from groups.members.invitation import Invitation
from groups.members.membership import Membership
from readlist_site.base.accounts.models import User
from readlist_site.base.web.short_text import ShortTextField


class GroupAdminForm(ModelForm):
    """A group's name, and who owns it: an administrator names another owner where the present one's account is closed,
    or where an archived group has lost its last."""

    class Meta:
        field_classes = {"name": ShortTextField}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        members = self.instance.memberships.with_open_account().values("person")
        self.fields["owner"].queryset = User.objects.filter(Q(pk__in=members) | Q(pk=self.instance.owner_id))
        self.fields["owner"].required = self.instance.owner_id is not None


class MembershipFormSet(BaseInlineFormSet):
    """Who is in a group, all at once."""

    def clean(self) -> None:
        """A group that has people has its owner among them."""
        super().clean()
        if any(self.errors):
            return
        staying = [form.instance.person_id for form in self.initial_forms if not form.cleaned_data.get("DELETE")]
        if staying and self.instance.owner_id not in {*staying, None}:
            raise ValidationError("A group needs an owner.")


class MembershipInline(admin.TabularInline):
    model = Membership
    formset = MembershipFormSet
    extra = 0
    fields = ["person", "role", "hides_reading", "joined_at"]
    readonly_fields = ["person", "hides_reading", "joined_at"]

    def has_add_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """People join by a link: nobody is put among others unasked."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("person", "group")


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin):
    form = GroupAdminForm
    list_display = ["name", "list", "owner", "members", "created_at", "archived_at"]
    list_filter = ["list"]
    list_select_related = ["list", "owner"]
    search_fields = ["name", "people__display_name", "people__email"]
    # What was submitted to a group is on its list: that can't be changed under it.
    readonly_fields = ["list", "created_at", "archived_at"]
    exclude = ["required_reviews", "claim_days", "single_approval_days"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(members=Count("memberships", distinct=True))

    @admin.display(ordering="members")
    def members(self, group: Group) -> int:
        return group.members

    def has_add_permission(self, request: HttpRequest) -> bool:
        """One made here would have nobody in it: whoever makes a group on its page owns it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """With a group all that its members wrote for it would go."""
        return False

    def save_model(self, request: HttpRequest, obj: Group, form: ModelForm, change: bool) -> None:
        """Ownership is handed over as it is among members: who had it goes on as a moderator."""
        obj.save(update_fields=["name"])
        if "owner" in form.changed_data:
            obj.transfer_ownership(form.cleaned_data["owner"])

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        """Whoever is taken out leaves as anybody does: after the others are saved, owners last."""
        formset.save(commit=False)
        for membership, _ in formset.changed_objects:
            membership.save(update_fields=["role"])
        for membership in sorted(formset.deleted_objects, key=lambda each: each.is_owner):
            leave_group(membership, by=request.user)
        formset.save_m2m()


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """To be looked at and taken back. The link itself is for those who were sent it."""

    list_display = ["group", "beginning", "invited_by", "created_at", "expires_at", "revoked_at"]
    list_filter = ["group"]
    list_select_related = ["group", "invited_by"]
    fields = list_display
    actions = ["revoke"]

    @admin.display(description="link begins")
    def beginning(self, invitation: Invitation) -> str:
        return f"{invitation.token[:6]}…"

    @admin.action(description="Take the chosen links back", permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        for invitation in chosen:
            invitation.revoke()
        messages.success(request, "Nobody can join by these links any more.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False
