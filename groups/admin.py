"""Groups in the admin: their members and invitation links, and reports about those who moderate them.

Submissions, reviews, threads and posts are not shown here, but for what is reported. Curators see nothing of groups."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.leaving.leave import leave_group
from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.members.invitation import Invitation
from groups.members.membership import Membership
from groups.members.notifications import notify_role
from groups.reports.forms import HandleReportForm
from groups.reports.report import AlreadyHandled, ContentReport
from readlist_site.base.accounts.models import User
from readlist_site.base.web.admin_permissions import NoAdding, NoChanging, NoDeleting
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.short_text import ShortTextField


class GroupAdminForm(ModelForm):
    """A group's name and owner. An administrator can choose another owner, for example if the account of the present
    one is closed or an archived group has none."""

    class Meta:
        field_classes = {"name": ShortTextField}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        members = self.instance.memberships.with_open_account().values("person")
        self.fields["owner"].queryset = User.objects.filter(Q(pk__in=members) | Q(pk=self.instance.owner_id))
        self.fields["owner"].required = self.instance.owner_id is not None


class MembershipFormSet(BaseInlineFormSet):
    """The members of a group, validated together."""

    def clean(self) -> None:
        """Raise ValidationError if members remain but the owner is not among them."""
        super().clean()
        if any(self.errors):
            return
        staying = [form.instance.person_id for form in self.initial_forms if not form.cleaned_data.get("DELETE")]
        if staying and self.instance.owner_id not in {*staying, None}:
            raise ValidationError(_("A group needs an owner."))


class MembershipInline(NoAdding, admin.TabularInline):
    """People join by invitation link only, so that nobody is added without being asked."""

    model = Membership
    formset = MembershipFormSet
    extra = 0
    fields = ["person", "role", "reading_hidden", "joined_at"]
    readonly_fields = ["person", "reading_hidden", "joined_at"]

    @admin.display(description=gettext_lazy("reading hidden"), boolean=True)
    def reading_hidden(self, membership: Membership) -> bool:
        return membership.hides_reading

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("person", "group")


@admin.register(Group)
class GroupAdmin(NoAdding, NoDeleting, admin.ModelAdmin):
    """A group made here would have no members: users create groups themselves, and own them. Deleting a group would
    delete everything its members wrote for it."""

    form = GroupAdminForm
    list_display = ["name", "list", "owner", "members", "created_at", "archived_at"]
    list_filter = ["list"]
    list_select_related = ["list", "owner"]
    search_fields = ["name", "people__display_name", "people__email"]
    # The list can't change here, because submissions to the group are about its topics.
    readonly_fields = ["list", "created_at", "archived_at"]
    exclude = ["required_reviews", "claim_days", "single_approval_days", "inviters"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(members=Count("memberships", distinct=True))

    @admin.display(ordering="members", description=gettext_lazy("members"))
    def members(self, group: Group) -> int:
        return group.members

    def save_model(self, request: HttpRequest, obj: Group, form: ModelForm, change: bool) -> None:
        """Save the name, and transfer ownership if the owner changed; the previous owner becomes a moderator."""
        obj.save(update_fields=["name"])
        if "owner" in form.changed_data:
            obj.transfer_ownership(form.cleaned_data["owner"], administrator=request.user)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        """Save changed roles, then let removed members leave, the owner last, because an owner can't leave while others
        remain."""
        formset.save(commit=False)
        for membership, _fields in formset.changed_objects:
            membership.save(update_fields=["role"])
            notify_role(membership, request.user)
        for membership in sorted(formset.deleted_objects, key=lambda each: each.is_owner):
            leave_group(membership, by=request.user)
        formset.save_m2m()


@admin.register(Invitation)
class InvitationAdmin(NoAdding, NoChanging, NoDeleting, admin.ModelAdmin):
    """Read-only, except that links can be revoked. The token is not shown in full."""

    list_display = ["group", "beginning", "invited_by", "created_at", "expires_at", "revoked_at"]
    list_filter = ["group"]
    list_select_related = ["group", "invited_by"]
    fields = list_display
    actions = ["revoke"]

    @admin.display(description=gettext_lazy("beginning of the link"))
    def beginning(self, invitation: Invitation) -> str:
        return f"{invitation.token[:6]}…"

    @admin.action(description=gettext_lazy("Revoke selected links"), permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        for invitation in chosen:
            invitation.revoke()
        messages.success(request, _("These links are revoked. Nobody can join with them any more."))


class HandledFilter(admin.SimpleListFilter):
    """Filters by whether reports are handled; those that are not by default."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("handled", _("handled"))]

    def choices(self, changelist):
        for choice in super().choices(changelist):
            first = choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name])
            yield {**choice, "display": _("open")} if first else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.handled() if self.value() else queryset.open()


@admin.register(ContentReport)
class ContentReportAdmin(NoAdding, NoDeleting, admin.ModelAdmin):
    """The reports about owners and moderators, which administrators handle. Those about members are their group's."""

    list_display = ["group", "kind", "reason", "reported", "by", "at", "decided_by"]
    list_filter = [HandledFilter]
    list_select_related = ["group", "reported", "by", "decided_by"]
    list_per_page = 50
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContentReport]:
        """Return them but for those about the administrator, who doesn't learn of these."""
        return ContentReport.objects.filter(for_administrators=True).exclude(reported=request.user)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "title": _("Reports about moderators")})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        """Show the report with the ways to handle it; POST handles it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        report = get_object_or_404(self.get_queryset(request).with_subject(), pk=whole_number(object_id))
        data = request.POST if request.method == "POST" and not report.outcome else None
        form = HandleReportForm(data, outcomes=report.outcomes_for(request.user), subject=report.subject)
        if form.is_valid() and self._handle(request, report, form):
            return redirect("admin:groups_contentreport_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Report about a moderator"),
            "report": report,
            "subject": report.subject,
            "form": form,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/groups/contentreport/page.html", context, status=status)

    def _handle(self, request: HttpRequest, report: ContentReport, form: HandleReportForm) -> bool:
        try:
            report.handle(by=request.user, **form.cleaned_data)
        except AlreadyHandled:
            messages.warning(request, _("This report is already handled."))
        except RuleViolation as refusal:
            form.add_error("outcome", str(refusal))
            return False
        else:
            messages.success(request, _("The report is handled."))
        return True
