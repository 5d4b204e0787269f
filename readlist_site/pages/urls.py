from django.urls import path

from .home import home
from .list import reading_list
from .source import source
from .summary import submission, summary
from .topic import topic

urlpatterns = [
    path("", home, name="home"),
    path("list/", reading_list, name="default_list"),
    path("lists/<slug:slug>/", reading_list, name="list"),
    path("topics/<int:pk>/", topic, name="topic"),
    path("topics/<int:pk>/summary/", summary, name="summary"),
    path("topics/<int:pk>/summary/submission/", submission, name="submit"),
    path("sources/<int:pk>/", source, name="source"),
]
