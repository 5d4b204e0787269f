from django.urls import path

from .home import home
from .list import reading_list
from .source import source
from .topic import topic

urlpatterns = [
    path("", home, name="home"),
    path("list/", reading_list, name="default_list"),
    path("lists/<slug:slug>/", reading_list, name="list"),
    path("topics/<int:pk>/", topic, name="topic"),
    path("sources/<int:pk>/", source, name="source"),
]
