from django.urls import path

from .views.reading import reading
from .views.summary import summary_preview

urlpatterns = [
    path("entries/<int:pk>/reading/", reading, name="reading"),
    path("topics/<int:pk>/summary/preview/", summary_preview, name="summary_preview"),
]
