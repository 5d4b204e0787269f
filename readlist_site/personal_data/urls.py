from django.urls import path

from .views import delete_account, export_account, export_group, keep_account

urlpatterns = [
    path("settings/export/", export_account, name="export_account"),
    path("groups/<key:pk>/export/", export_group, name="export_group"),
    path("settings/deletion/", delete_account, name="delete_account"),
    path("settings/deletion/cancel/", keep_account, name="keep_account"),
]
