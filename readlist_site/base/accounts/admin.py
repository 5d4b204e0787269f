"""The admin pages of people. Only administrators have permission for them; curators don't."""

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.admin import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from readlist_site.base.web.pagination import whole_number

from .fields import EmailAddressField, NameField
from .models import User
from .time_zones import TimeZoneField

# E-mail addresses are changed through the person; permissions of a permission group are set by a migration. Of factors,
# sessions and accounts elsewhere each person keeps their own; the providers of these stand in the settings.
admin.site.unregister([EmailAddress, Group, Authenticator, UserSession, SocialAccount, SocialApp, SocialToken])


class DutiesField(forms.ModelMultipleChoiceField):
    """Permission groups. Rejects values that are no keys before the query, since SQLite raises an error for huge
    integers."""

    def clean(self, value: list[str]) -> QuerySet[Group]:
        for key in value or ():
            if whole_number(str(key)) is None:
                raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": key})
        return super().clean(value)


class PersonForm(UserChangeForm):
    """The fields of a person that an administrator can change."""

    display_name = NameField(label=gettext_lazy("Name"), help_text=gettext_lazy("The members of their groups see it."))
    # Cleaned before it is compared: another case is no other address.
    email = EmailAddressField(autocomplete="off")
    time_zone = TimeZoneField()
    groups = DutiesField(
        Group.objects.order_by("name"),
        label=gettext_lazy("Duties"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Curators edit the list. They also need “can open the administration”."),
    )

    class Meta:
        model = User
        fields = ["email", "display_name", "time_zone", "is_active", "is_staff", "is_superuser", "groups"]
        labels = {"is_superuser": gettext_lazy("Administrator")}
        help_texts = {
            "is_active": gettext_lazy(
                "If this is off, the account is closed and nobody can sign in to it. Its texts and the groups it owns "
                "stay. Choose another owner on the page of each group."
            ),
            "is_superuser": gettext_lazy(
                "Administrators see people and groups, too, and can make others curators or administrators."
            ),
        }

    def clean(self) -> dict:
        data = super().clean()
        if (data.get("groups") or data.get("is_superuser")) and not data.get("is_staff"):
            self.add_error("is_staff", _("Curators and administrators need this, too."))
        return data


class DutyFilter(admin.RelatedFieldListFilter):
    """Filters by permission group, titled "duty" to distinguish it from a study group."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("duty")


class AdministratorFilter(admin.BooleanFieldListFilter):
    """Filters by whether somebody is an administrator, which Django calls a superuser."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("administrator")


class RefusedFilter(admin.SimpleListFilter):
    """Filters by whether the mail server refuses mail to the person's address."""

    title = gettext_lazy("e-mail")
    parameter_name = "email"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("refused", _("refused by the mail server"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(email_refused_at__isnull=False) if self.value() == "refused" else queryset


@admin.register(User)
class PersonAdmin(UserAdmin):
    form = PersonForm
    list_display = ["display_name", "email", "email_refused_at", "last_login", "is_active", "is_staff", "administrator"]
    list_filter = [
        "is_active", "is_staff", ("is_superuser", AdministratorFilter), ("groups", DutyFilter), "is_demo",
        RefusedFilter,
    ]  # fmt: skip
    search_fields = ["display_name", "email"]
    ordering = ["display_name", "pk"]
    filter_horizontal = []
    readonly_fields = ["email_refused_at", "date_joined", "last_login", "is_demo"]
    fieldsets = [
        (None, {"fields": ["display_name", "email", "email_refused_at", "password"]}),
        (gettext_lazy("Permissions"), {"fields": ["is_active", "is_staff", "groups", "is_superuser"]}),
        (gettext_lazy("Account"), {"fields": ["time_zone", "date_joined", "last_login", "is_demo"]}),
    ]

    @admin.display(description=gettext_lazy("administrator"), boolean=True, ordering="is_superuser")
    def administrator(self, person: User) -> bool:
        return person.is_superuser

    class Media:
        css = {"all": ["css/admin/people.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Returns False: people sign up, or are created by the command make_administrator."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Returns False: deleting a person would leave groups without an owner and reviews unfinished."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            obj.change_email(obj.email, verified=True)
