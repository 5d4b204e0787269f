from django.urls import path

from .health.views import metrics, readyz, status

urlpatterns = [
    path("admin/status/", status, name="status"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
