from django.urls import path

from .views.webhook import remove_webhook, resume_webhook, send_webhook_test, webhook, webhook_secret

urlpatterns = [
    path("groups/<key:pk>/webhook/", webhook, name="webhook"),
    path("groups/<key:pk>/webhook/removal/", remove_webhook, name="remove_webhook"),
    path("groups/<key:pk>/webhook/secret/", webhook_secret, name="webhook_secret"),
    path("groups/<key:pk>/webhook/tests/", send_webhook_test, name="send_webhook_test"),
    path("groups/<key:pk>/webhook/pause/cancel/", resume_webhook, name="resume_webhook"),
]
