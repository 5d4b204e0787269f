"""The pages on which a person exports what is theirs, deletes their account, and keeps it after all; and the export of
a group, by its owner."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from groups.members.group import Group
from readlist_site.base.accounts.account_deletion import (
    GRACE,
    AccountDeletion,
    LastAdministrator,
    is_last_administrator,
)
from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.job_kind import JobKind
from readlist_site.base.rate_limits.limit import Limit, person_key
from readlist_site.base.web.cache_control import never_stored

# Exports that the page lists.
from readlist_site.base.web.form_address import form_on

from .account_export import ACCOUNT_EXPORT
from .archive import KEPT_FOR
from .deletion_facts import DeletionFacts
from .forms import DeleteAccountForm
from .group_export import GROUP_EXPORT

LATEST = 5


@reauthentication_required(allow_get=True)
def export_account(request: HttpRequest) -> HttpResponse:
    """Says what the export holds, with those that can still be downloaded; starts one on POST, for who has just said
    who they are."""
    if request.method == "POST":
        return _start_export(request, ACCOUNT_EXPORT, str(request.user.pk))
    mine = Job.objects.visible_to(request.user).filter(person=request.user, kind=ACCOUNT_EXPORT.name)
    context = {"jobs": mine.order_by("-pk")[:LATEST], "days": KEPT_FOR.days}
    return render(request, "personal_data/export_account.html", context)


@form_on("group_settings")
@reauthentication_required
def export_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Starts the export of a group, for an owner who has just said who they are."""
    group = get_object_or_404(Group.objects.owned_by(request.user), pk=pk)
    return _start_export(request, GROUP_EXPORT, f"{group.pk}-{request.user.pk}", {"group": group.pk})


def _start_export(request: HttpRequest, kind: JobKind, key: str, facts: dict | None = None) -> HttpResponse:
    """Starts an export for the user, in the language of the request, and redirects to its job; to the one that isn't
    finished, if there is one with this key. Raises LimitReached above the limit of exports."""
    key = f"{kind.name}-{key}"
    if (job := Job.objects.visible_to(request.user).unfinished().filter(key=key).first()) is None:
        Limit.of("export", person_key(request.user)).take()
        facts = {**(facts or {}), "language": get_language()}
        job = Job.objects.start(kind.name, person=request.user, facts=facts, key=key)
    return redirect(job)


@never_stored
@reauthentication_required(enabled=lambda request: not request.user.has_usable_password())
def delete_account(request: HttpRequest) -> HttpResponse:
    """Says what goes and what stays, and requests the deletion on POST; if it is requested already, says when."""
    person, status = request.user, 200
    form = DeleteAccountForm(request.POST if request.method == "POST" else None, user=person)
    is_last = person.is_superuser and is_last_administrator(person)
    if form.is_bound and not person.deletes_at:
        status = 422
        if form.is_valid() and not is_last:
            try:
                now, texts = timezone.now(), form.cleaned_data["erases_texts"]
                AccountDeletion.objects.request(person, erases_texts=texts, now=now)
            except LastAdministrator:
                is_last = True
            else:
                return redirect("delete_account")
    context = {
        "form": form,
        "facts": DeletionFacts.of(person),
        "is_last_administrator": is_last,
        "deletion": AccountDeletion.objects.filter(person=person).first(),
        "due_at": timezone.now() + GRACE,
    }
    return render(request, "personal_data/delete_account.html", context, status=status)


@form_on("delete_account")
def keep_account(request: HttpRequest) -> HttpResponse:
    """Cancels the deletion."""
    if AccountDeletion.objects.cancel(request.user):
        messages.success(request, _("Deletion cancelled. Your account stays."))
    return redirect("settings")
