"""The root URL configuration. Each app lists its own URLs."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, register_converter
from django.utils.translation import gettext_lazy as _

from readlist_site.base.web.pagination import KeyConverter
from readlist_site.base.web.security_headers import CSP_REPORTS, csp_report
from readlist_site.base.web.views import healthz, preview

register_converter(KeyConverter, "key")

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)
admin.site.site_header = _("Readlist administration")
admin.site.site_title = "Readlist"
admin.site.index_title = _("Administration")

handler400 = "readlist_site.base.web.errors.bad_request"
handler403 = "readlist_site.base.web.errors.permission_denied"
handler404 = "readlist_site.base.web.errors.page_not_found"
handler500 = "readlist_site.base.web.errors.server_error"

urlpatterns = [
    path("", include("readlist_site.pages.urls")),
    path("", include("catalog.urls")),
    path("", include("notes.urls")),
    path("", include("groups.urls")),
    path("", include("readlist_site.base.accounts.urls")),
    path("", include("readlist_site.base.notifications.urls")),
    path("", include("readlist_site.base.jobs.urls")),
    path("", include("readlist_site.base.images.urls")),
    path("", include("readlist_site.personal_data.urls")),
    path("", include("readlist_site.base.announcements.urls")),
    path("accounts/", include("allauth.account.urls")),
    # Before the admin, whose catch-all pattern matches everything below `admin/`.
    path("", include("readlist_site.old_addresses")),
    path("", include("readlist_site.run.urls")),
    path("admin/", admin.site.urls),
    path("preview/", preview, name="preview"),
    path(CSP_REPORTS.removeprefix("/"), csp_report, name="csp_report"),
    path("healthz", healthz, name="healthz"),
]
