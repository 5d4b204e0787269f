from django.urls import path

from .views import reading, thread, threads, topic

urlpatterns = [
    path("threads/<int:pk>/", thread),
    path("groups/<int:pk>/threads/", threads),
    path("topics/<int:pk>/", topic),
    path("entries/<int:pk>/reading/", reading),
]
