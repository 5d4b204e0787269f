from django.urls import path

from .views.reading import reading
from .views.summary import summary_preview

urlpatterns = [
    path("entries/<key:pk>/reading/", reading, name="reading"),
    path("topics/<key:pk>/summary/preview/", summary_preview, name="summary_preview"),
]
