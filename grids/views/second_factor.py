"""One's own second factor: set up, recovery codes, take away; and showing once more that it is you."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import ReauthenticateView
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.http import HttpResponse

from gridgov.second_factor import must_have_second_factor
from gridgov.views.home import home_of, layout_of
from grids.services.sign_ins import end_all_sign_ins

_AFTER = "second_factor_next"


class _Page:
    """In the layout of pages that everybody shares."""

    request: Any

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        must = must_have_second_factor(self.request.user)
        return {**context, "layout": layout_of(self.request), "must_have": must}


class _SecondFactor(_Page, base.IndexView):
    template_name = "grids/second_factor.html"


class _SetUp(_Page, totp.ActivateTOTPView):
    template_name = "grids/set_up_second_factor.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if after := get_next_redirect_url(request):
            request.session[_AFTER] = after
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        # Whoever logged in elsewhere did so without it.
        user = self.request.user
        end_all_sign_ins(user, actor=user, but=self.request.session.session_key)
        return response


class _RecoveryCodes(_Page, codes.ViewRecoveryCodesView):
    template_name = "grids/recovery_codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        after = self.request.session.pop(_AFTER, "") or home_of(self.request.user)
        return {**super().get_context_data(**kwargs), "after": after}


class _NewRecoveryCodes(_Page, codes.GenerateRecoveryCodesView):
    template_name = "grids/new_recovery_codes.html"


class _Remove(_Page, totp.DeactivateTOTPView):
    template_name = "grids/remove_second_factor.html"


class _Confirm(_Page, ReauthenticateView):
    template_name = "grids/confirm.html"


class _ConfirmByCode(_Page, base.ReauthenticateView):
    template_name = "grids/confirm.html"


second_factor = _SecondFactor.as_view()
set_up_second_factor = _SetUp.as_view()
recovery_codes = _RecoveryCodes.as_view()
new_recovery_codes = _NewRecoveryCodes.as_view()
remove_second_factor = _Remove.as_view()
confirm = _Confirm.as_view()
confirm_by_code = _ConfirmByCode.as_view()
