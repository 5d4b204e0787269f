from django.apps import AppConfig


class RateLimitsConfig(AppConfig):
    name = "readlist_site.base.rate_limits"
    label = "rate_limits"
