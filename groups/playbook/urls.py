from django.urls import path

from .views import export_playbook, playbook

urlpatterns = [
    path("groups/<key:pk>/playbook/", playbook, name="playbook"),
    path("groups/<key:pk>/playbook.md", export_playbook, name="export_playbook"),
]
