from django.urls import path, re_path

from .views import image, new_image

urlpatterns = [
    path("images/new/", new_image, name="new_image"),
    re_path(
        r"^images/(?P<token>[0-9a-f]{32})/(?P<width>[1-9][0-9]{0,3})x(?P<height>[1-9][0-9]{0,3})/$",
        image,
        name="image",
    ),
]
