from django.urls import path

from .views import dismiss_announcement

urlpatterns = [
    path("announcements/<slug:key>/dismissal/", dismiss_announcement, name="dismiss_announcement"),
]
