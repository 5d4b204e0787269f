from django.urls import path

from .views.group import group, groups

urlpatterns = [
    path("groups/", groups, name="groups"),
    path("groups/<int:pk>/", group, name="group"),
]
