from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "readlist_site.base.accounts"
    label = "accounts"
    verbose_name = "People"
