from django.urls import path

from .views.export import export
from .views.page import page
from .views.report import report
from .views.second import second
from .views.suggestion import my_suggestions, suggestions, take_back

urlpatterns = [
    path("pages/<key:pk>/", page, name="page"),
    path("topics/<key:pk>/suggestions/", suggestions, name="suggestions"),
    path("suggestions/", my_suggestions, name="my_suggestions"),
    path("suggestions/<key:pk>/vote/", second, name="second"),
    path("suggestions/<key:pk>/withdrawal/", take_back, name="take_back"),
    path("sources/<key:pk>/reports/", report, name="report"),
    path("lists/<slug:slug>.md", export, {"form": "markdown"}, name="list_markdown"),
    path("lists/<slug:slug>.json", export, {"form": "json"}, name="list_json"),
]
