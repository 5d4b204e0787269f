from django.urls import path

from .views.report import report_comment, report_name, report_post, report_reply
from .views.report_queue import group_reports, handle_report

urlpatterns = [
    path("groups/<key:pk>/reports/", group_reports, name="group_reports"),
    path("reports/<key:pk>/", handle_report, name="handle_report"),
    path("posts/<key:pk>/reports/", report_post, name="report_post"),
    path("submissions/<key:pk>/comments/<str:key>/reports/", report_comment, name="report_comment"),
    path("comment-replies/<key:pk>/reports/", report_reply, name="report_reply"),
    path("memberships/<key:pk>/reports/", report_name, name="report_name"),
]
