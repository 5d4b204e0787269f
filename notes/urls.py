from django.urls import path

from notes.views.reading import reading
from notes.views.summary import summary_preview

urlpatterns = [
    path("entries/<key:pk>/reading/", reading, name="reading"),
    path("topics/<key:pk>/summary/preview/", summary_preview, name="summary_preview"),
]
