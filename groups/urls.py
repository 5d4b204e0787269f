from django.urls import include, path

urlpatterns = [
    path("", include("groups.members.urls")),
    path("", include("groups.webhooks.urls")),
    path("", include("groups.reviews.urls")),
    path("", include("groups.threads.urls")),
    path("", include("groups.playbook.urls")),
    path("", include("groups.leaving.urls")),
    path("", include("groups.reports.urls")),
    path("", include("groups.overview.urls")),
]
