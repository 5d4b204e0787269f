from django.urls import path

from .views.page import page

urlpatterns = [
    path("pages/<key:pk>/", page, name="page"),
]
