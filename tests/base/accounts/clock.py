"""A page that says how far from Greenwich its reader is."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone


def clock(request: HttpRequest) -> HttpResponse:
    return HttpResponse(timezone.localtime().strftime("%z"))


urlpatterns = [path("clock/", clock)]
