"""What to do next."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """The next thing for who is signed in; what Readlist is for who isn't."""
    return render(request, "pages/home.html" if request.user.is_authenticated else "pages/welcome.html")
