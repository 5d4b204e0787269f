from django.urls import path

from .views.export import export
from .views.page import page

urlpatterns = [
    path("pages/<key:pk>/", page, name="page"),
    path("lists/<slug:slug>.md", export, {"form": "markdown"}, name="list_markdown"),
    path("lists/<slug:slug>.json", export, {"form": "json"}, name="list_json"),
]
