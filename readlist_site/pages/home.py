"""What to do next; and what Readlist is, for who isn't signed in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.models import Prompt


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """The next thing for who is signed in; what Readlist is for who isn't."""
    if not request.user.is_authenticated:
        prompts = Prompt.objects.standing().filter(list__is_default=True)
        return render(request, "pages/welcome.html", {"prompts": prompts})
    return render(request, "pages/home.html")
