"""The sign-in page, which carries a form that was sent after the session had ended, and the middleware that shows
it."""

from collections.abc import Callable

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.html import format_html

from readlist_site.base.web import login_required

from .interrupted_form import InterruptedForm


class Login(views.LoginView):
    """allauth's, with the form it carries."""

    interrupted: InterruptedForm | None = None

    @classmethod
    def carrying(cls, request: HttpRequest, form: InterruptedForm, *, status: int) -> HttpResponse:
        """Returns the sign-in page with this form, whatever was requested."""
        view = cls(interrupted=form)
        view.setup(request)
        response = view.render_to_response(view.get_context_data(), status=status)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def get_form_kwargs(self) -> dict:
        kwargs = super().get_form_kwargs()
        if self.interrupted:
            # What was posted is the other form.
            kwargs |= {"data": None, "files": None}
        return kwargs

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        if self.interrupted and self.interrupted.page:
            context["redirect_field"] = format_html(
                '<input type="hidden" name="next" value="{}">', self.interrupted.page
            )
        return context | {"interrupted": self.interrupted or InterruptedForm.carried_by(self.request)}


class LoginRequired(login_required.LoginRequired):
    """Answers a form with text, sent by nobody who is signed in, with the sign-in page, which carries it, and status
    403."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:
        interrupted = InterruptedForm.of(request)
        if interrupted is None:
            return super().handle_no_permission(request, view_func)
        return Login.carrying(request, interrupted, status=403)
