from django.urls import path

from .views.page import page

urlpatterns = [
    path("pages/<int:pk>/", page, name="page"),
]
