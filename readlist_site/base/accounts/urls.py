from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_set
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as socialaccount
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from .login import Login
from .providers import views as providers
from .second_factor import views as second_factor
from .sessions.views import session_list
from .views import settings_page

# allauth's own URLs of these apps have more than Readlist offers. Their names are those by which it finds them.
# The one provider that the settings name.
OIDC = {"provider_id": settings.OIDC_PROVIDER_ID}

urlpatterns = [
    path("settings/", settings_page, name="settings"),
    # For visitors who are signed out: keeps the language in a cookie.
    path("language/", login_not_required(set_language), name="set_language"),
    path("accounts/login/", Login.as_view(), name="account_login"),
    path("accounts/sessions/", session_list, name="usersessions_list"),
    # Who has no password says again who they are before they set one, if they can.
    path(
        "accounts/password/set/",
        reauthentication_required(password_set, app="allauth.mfa"),
        name="account_set_password",
    ),
    path("accounts/security/", second_factor.security, name="mfa_index"),
    path("accounts/security/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("accounts/security/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/security/app/add/", second_factor.activate_totp, name="mfa_activate_totp"),
    path("accounts/security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/security/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/security/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "accounts/security/codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("accounts/security/passkeys/add/", second_factor.add_passkey, name="mfa_add_webauthn"),
    path("accounts/security/passkeys/<key:pk>/", second_factor.rename_passkey, name="mfa_edit_webauthn"),
    path("accounts/security/passkeys/<key:pk>/remove/", second_factor.remove_passkey, name="mfa_remove_webauthn"),
    path(
        "accounts/security/passkeys/reauthenticate/",
        second_factor.reauthenticate_passkey,
        name="mfa_reauthenticate_webauthn",
    ),
    path("accounts/login/passkey/", second_factor.login_passkey, name="mfa_login_webauthn"),
    path("accounts/connected/", socialaccount.connections, name="socialaccount_connections"),
    path("accounts/connected/signup/", providers.signup, name="socialaccount_signup"),
    path("accounts/connected/cancelled/", socialaccount.login_cancelled, name="socialaccount_login_cancelled"),
    path("accounts/github/login/", providers.github_login, name="github_login"),
    path("accounts/github/login/callback/", providers.github_callback, name="github_callback"),
    path("accounts/oidc/login/", providers.openid_connect_login, OIDC, name="openid_connect_login"),
    path(
        "accounts/oidc/login/callback/",
        providers.openid_connect_callback,
        OIDC,
        name="openid_connect_callback",
    ),
]
