"""Addresses of signing in; those of the second factor bear the names that allauth asks for."""

from django.urls import path

from grids.views.oidc import oidc_callback, oidc_log_in
from grids.views.second_factor import (
    confirm,
    confirm_by_code,
    new_recovery_codes,
    recovery_codes,
    remove_second_factor,
    second_factor,
    set_up_second_factor,
)
from grids.views.sign_ins import change_password, end_sign_in, end_sign_ins, sign_in_list

urlpatterns = [
    path("login/oidc/", oidc_log_in, name="oidc_log_in"),
    path("login/oidc/callback/", oidc_callback, name="oidc_callback"),
    path("me/sign-ins/", sign_in_list, name="sign_in_list"),
    path("me/sign-ins/end/", end_sign_ins, name="end_sign_ins"),
    path("me/sign-ins/<int:sign_in_id>/end/", end_sign_in, name="end_sign_in"),
    path("me/password/", change_password, name="change_password"),
    path("me/confirm/", confirm, name="account_reauthenticate"),
    path("me/confirm/code/", confirm_by_code, name="mfa_reauthenticate"),
    path("me/second-factor/", second_factor, name="mfa_index"),
    path("me/second-factor/set-up/", set_up_second_factor, name="mfa_activate_totp"),
    path("me/second-factor/remove/", remove_second_factor, name="mfa_deactivate_totp"),
    path("me/second-factor/codes/", recovery_codes, name="mfa_view_recovery_codes"),
    path("me/second-factor/codes/new/", new_recovery_codes, name="mfa_generate_recovery_codes"),
]
