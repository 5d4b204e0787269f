from django.urls import path

from catalog.curation.views import my_suggestions, report, suggestions, vote_suggestion, withdraw_suggestion
from catalog.outline.views import export, page

urlpatterns = [
    path("pages/<key:pk>/", page, name="page"),
    path("topics/<key:pk>/suggestions/", suggestions, name="suggestions"),
    path("suggestions/", my_suggestions, name="my_suggestions"),
    path("suggestions/<key:pk>/vote/", vote_suggestion, name="vote_suggestion"),
    path("suggestions/<key:pk>/withdrawal/", withdraw_suggestion, name="withdraw_suggestion"),
    path("sources/<key:pk>/reports/", report, name="report"),
    path("lists/<slug:slug>.md", export, {"form": "markdown"}, name="list_markdown"),
    path("lists/<slug:slug>.json", export, {"form": "json"}, name="list_json"),
]
