from django.urls import path

from .history import history, restore
from .home import home
from .list import reading_list
from .source import source
from .suggested_edit import apply_suggested_edit
from .summary import submission, summary, summary_draft
from .topic import topic

urlpatterns = [
    path("", home, name="home"),
    path("list/", reading_list, name="default_list"),
    path("lists/<slug:slug>/", reading_list, name="list"),
    path("topics/<key:pk>/", topic, name="topic"),
    path("topics/<key:pk>/summary/", summary, name="summary"),
    path("topics/<key:pk>/summary/draft/", summary_draft, name="summary_draft"),
    path("topics/<key:pk>/summary/suggested-edits/", apply_suggested_edit, name="apply_suggested_edit"),
    path("topics/<key:pk>/summary/submission/", submission, name="submit"),
    path("topics/<key:pk>/summary/revisions/", history, name="history"),
    path("topics/<key:pk>/summary/revisions/<key:number>/draft/", restore, name="restore"),
    path("sources/<key:pk>/", source, name="source"),
]
