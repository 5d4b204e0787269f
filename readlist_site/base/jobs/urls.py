from django.urls import path

from .views import cancel_job, job, job_file

urlpatterns = [
    path("jobs/<key:pk>/", job, name="job"),
    path("jobs/<key:pk>/cancel/", cancel_job, name="cancel_job"),
    path("jobs/<key:pk>/file/", job_file, name="job_file"),
]
