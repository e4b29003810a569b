"""Logging in: name and password, then the code of whoever has a second factor."""

from allauth.account.internal.stagekit import clear_login
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator


@method_decorator(login_not_required, name="dispatch")
class _LogIn(LoginView):
    template_name = "registration/login.html"

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" or "again" in request.GET:
            # Whoever begins anew is not held to the code of a name typed before.
            clear_login(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context: dict[str, object] = super().get_context_data(**kwargs)
        return {**context, "has_oidc": bool(settings.OIDC_SERVER_URL)}


log_in = _LogIn.as_view()
ask_code = AuthenticateView.as_view(template_name="registration/code.html")
