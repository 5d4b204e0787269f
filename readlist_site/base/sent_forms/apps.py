from django.apps import AppConfig


class SentFormsConfig(AppConfig):
    name = "readlist_site.base.sent_forms"
    label = "sent_forms"
