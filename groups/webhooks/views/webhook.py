"""The page of a group's webhook, for its owner: settings, signing secret, test, and what was delivered lately."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.webhooks.delivery import KEPT
from groups.webhooks.forms import WebhookForm
from groups.webhooks.webhook import Webhook
from readlist_site.base.rate_limits.limit import Limit, person_key
from readlist_site.base.web.cache_control import never_stored
from readlist_site.base.web.form_address import form_on


def new_secret_key(pk: int) -> str:
    """Return the key, in the session, of the secret that the page of this group's webhook shows once."""
    return f"webhook_secret_{pk}"


def owned_group(request: HttpRequest, pk: int) -> Group:
    """Return the group, if the user owns it. Raises Http404, also where the host has turned webhooks off."""
    if not settings.WEBHOOKS:
        raise Http404
    return get_object_or_404(Group.objects.owned_by(request.user), pk=pk)


def owned_webhook(request: HttpRequest, pk: int) -> Webhook:
    """Return the webhook of a group that the user owns. Raises Http404."""
    webhooks = Webhook.objects.visible_to(request.user).select_related("group")
    return get_object_or_404(webhooks, group=owned_group(request, pk))


@never_stored
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and save the settings. `data-hx-get` asks for the list of deliveries alone, while one waits."""
    group = owned_group(request, pk)
    found = Webhook.objects.filter(group=group).first()
    form = WebhookForm(request.POST) if request.method == "POST" else WebhookForm.of(found)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            is_new = (found or Webhook(group=group)).set_up(by=request.user, **form.columns)
        except RuleViolation as refusal:
            form.add_error("url", str(refusal))
            status = 409
        else:
            if is_new:
                request.session[new_secret_key(pk)] = Webhook.objects.get(group=group).secret
            messages.success(request, _("Webhook saved."))
            return redirect("webhook", pk)
    deliveries = list(found.deliveries.order_by("-pk")[: KEPT + 1]) if found else []
    context = {
        "group": group,
        "webhook": found,
        "form": form,
        "deliveries": deliveries,
        "is_waiting": any(each.is_waiting for each in deliveries),
    }
    if request.htmx and not form.is_bound:
        return render(request, "groups/webhooks/webhook.html#deliveries", context)
    context["secret"] = request.session.pop(new_secret_key(pk), "") if request.method == "GET" and found else ""
    return render(request, "groups/webhooks/webhook.html", context, status=status)


@form_on("webhook")
def webhook_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace the signing secret, and show the new one once."""
    request.session[new_secret_key(pk)] = owned_webhook(request, pk).replace_secret(by=request.user)
    return redirect("webhook", pk)


@form_on("webhook")
def send_webhook_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a test message sent."""
    found = owned_webhook(request, pk)
    limit = Limit.of("webhook_test", person_key(request.user))
    limit.take()
    request.limit_taken = limit
    found.send_test(by=request.user)
    messages.success(request, _("The test message is on its way. The result appears below."))
    return redirect("webhook", pk)


@form_on("webhook")
def resume_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Resume a paused webhook."""
    owned_webhook(request, pk).resume(by=request.user)
    messages.success(request, _("The webhook is resumed. What happens from now on is sent."))
    return redirect("webhook", pk)


@form_on("webhook")
def remove_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the webhook."""
    owned_webhook(request, pk).remove(by=request.user)
    messages.success(request, _("Webhook removed."))
    return redirect("group_settings", pk)
